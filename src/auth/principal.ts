import { createHash } from 'node:crypto';
import type { Principal } from '../context.ts';
import type { UpstreamCredential } from '../rest/client.ts';
import type { Scope } from '../scopes.ts';

/** A client that was authenticated. */
export interface Identity {
  readonly principal: Principal;
  /** When its token expires, in milliseconds since 1970. Undefined if it has no end. */
  readonly expiresAt: number | undefined;
}

/** @param who identifies the client; the first part is the kind of authentication */
export function createPrincipal(
  who: readonly string[],
  credential: UpstreamCredential,
  scopes: ReadonlySet<Scope>,
): Principal {
  const { apiKey, organization = null } = credential;
  return {
    id: sha256(JSON.stringify([who, apiKey, organization])),
    owner: JSON.stringify(who),
    credential,
    scopes,
  };
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
