import { codedError } from '../errors.ts';
import type { UpstreamCredential } from '../rest/client.ts';
import { allScopes } from '../scopes.ts';
import type { Authenticate } from './authenticator.ts';
import { requireBearer } from './credentials.ts';
import { createPrincipal, sha256 } from './principal.ts';

const ORGANIZATION = 'openai-organization';
const VALID = /^[\x21-\x7e]{1,200}$/;

/**
 * AUTH=passthrough: the client's own key is sent to the upstream, which decides what it may do. Nobody is refused here who sends
 * one.
 *
 * @param defaults what is sent for clients that name no organization
 */
export function createPassthroughAuthenticator(defaults: Omit<UpstreamCredential, 'apiKey'>): Authenticate {
  return (credentials) => {
    const apiKey = requireBearer(credentials);
    const organization = credentials.organization ?? defaults.organization;
    if (organization !== undefined && !VALID.test(organization)) {
      const message = `\`${ORGANIZATION}\` must have 1 to 200 visible ASCII characters`;
      const http = { status: 400, spec: false };
      throw codedError('BAD_USER_INPUT', message, { argument: ORGANIZATION, http });
    }
    const who = ['passthrough', sha256(apiKey), organization ?? ''];
    const principal = createPrincipal(who, { ...defaults, apiKey, organization }, allScopes);
    return { principal, expiresAt: undefined };
  };
}
