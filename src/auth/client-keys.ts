import { createHash, timingSafeEqual } from 'node:crypto';
import type { ClientKey } from '../auth-settings.ts';
import type { UpstreamCredential } from '../rest/client.ts';
import type { Authenticate } from './authenticator.ts';
import { requireBearer, unauthenticated } from './credentials.ts';
import { createPrincipal } from './principal.ts';

/** AUTH=key: each client has one of the configured keys. Keys with the same name belong to the same client. */
export function createKeyAuthenticator(
  keys: readonly ClientKey[],
  credential: UpstreamCredential,
): Authenticate {
  const clients = keys.map(({ name, key, scopes }) => ({
    digest: digestOf(key),
    identity: { principal: createPrincipal(['key', name], credential, scopes), expiresAt: undefined },
  }));
  return (credentials) => {
    const digest = digestOf(requireBearer(credentials));
    // Hashes have equal lengths, and comparing all of them takes the same time whichever it is.
    const [client] = clients.filter((each) => timingSafeEqual(each.digest, digest));
    if (client === undefined) throw unauthenticated('The key is not valid');
    return client.identity;
  };
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
