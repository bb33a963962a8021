/** Who a client is, from what it sends. It knows neither HTTP requests nor WebSockets. */
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { allScopes } from '../scopes.ts';
import { createKeyAuthenticator } from './client-keys.ts';
import type { Credentials } from './credentials.ts';
import { createJwtAuthenticator } from './jwt.ts';
import { createPassthroughAuthenticator } from './passthrough.ts';
import { createPrincipal, type Identity } from './principal.ts';

/**
 * @throws GraphQLError, if it is a promise by rejecting it: UNAUTHENTICATED; FORBIDDEN for a token that names no upstream key;
 * UPSTREAM_UNAVAILABLE if the keys of the token's issuer cannot be read
 */
export type Authenticate = (credentials: Credentials) => Identity | Promise<Identity>;

export function createAuthenticator(config: Config, log: Logger): Authenticate {
  const upstream = { organization: config.UPSTREAM_ORGANIZATION, beta: config.UPSTREAM_BETA };
  const credential = { ...upstream, apiKey: config.UPSTREAM_API_KEY };
  switch (config.AUTH) {
    case 'none': {
      const identity = { principal: createPrincipal(['none'], credential, allScopes), expiresAt: undefined };
      return () => identity;
    }
    case 'key':
      return createKeyAuthenticator(config.AUTH_KEYS ?? [], credential);
    case 'passthrough':
      return createPassthroughAuthenticator(upstream);
    case 'jwt':
      return createJwtAuthenticator({
        issuer: config.JWT_ISSUER ?? '',
        audience: config.JWT_AUDIENCE ?? '',
        jwksUrl: config.JWKS_URL ?? '',
        jwksCooldownMs: config.JWKS_COOLDOWN_MS,
        algorithms: config.JWT_ALGORITHMS,
        clockToleranceMs: config.JWT_CLOCK_TOLERANCE_MS,
        principalClaim: config.JWT_PRINCIPAL_CLAIM,
        defaultScopes: config.JWT_DEFAULT_SCOPES ?? new Set(),
        upstreamKeyClaim: config.JWT_UPSTREAM_KEY_CLAIM,
        upstreamKeys: config.UPSTREAM_KEYS ?? new Map(),
        credential,
        log,
      });
  }
}
