import type { GraphQLError } from 'graphql';
import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Logger } from 'pino';
import { codedError } from '../errors.ts';
import type { UpstreamCredential } from '../rest/client.ts';
import { isScope, type Scope } from '../scopes.ts';
import type { Authenticate } from './authenticator.ts';
import { requireBearer, unauthenticated } from './credentials.ts';
import { createKeySetFetch, UnreadableKeysError } from './key-set-fetch.ts';
import { createPrincipal } from './principal.ts';

export interface JwtOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
  /** How long an unknown key does not make the set be read again, in milliseconds. */
  readonly jwksCooldownMs: number;
  readonly algorithms: readonly string[];
  readonly clockToleranceMs: number;
  /** The claim that names the principal among all of the issuer. */
  readonly principalClaim: string;
  /** Those of a token without a scope claim. */
  readonly defaultScopes: ReadonlySet<Scope>;
  /** The claim that names one of `upstreamKeys`. Undefined if all principals share `credential`. */
  readonly upstreamKeyClaim: string | undefined;
  readonly upstreamKeys: ReadonlyMap<string, string>;
  readonly credential: UpstreamCredential;
  readonly log: Logger;
}

/** AUTH=jwt: tokens that an issuer has signed for this server, with one of the keys that it publishes. */
export function createJwtAuthenticator(options: JwtOptions): Authenticate {
  const { issuer, audience, algorithms, clockToleranceMs, principalClaim, defaultScopes } = options;
  const keys = createRemoteJWKSet(new URL(options.jwksUrl), {
    cooldownDuration: options.jwksCooldownMs,
    [customFetch]: createKeySetFetch(options.log),
  });
  const rules = {
    issuer,
    audience,
    algorithms: [...algorithms],
    clockTolerance: clockToleranceMs / 1000,
    requiredClaims: ['exp', principalClaim],
  };
  return async (credentials) => {
    const token = requireBearer(credentials);
    const { payload } = await jwtVerify(token, keys, rules).catch(refuse);
    const { exp = 0 } = payload;
    const who = ['jwt', issuer, requireText(payload, principalClaim)];
    const principal = createPrincipal(who, credentialOf(payload, options), scopesOf(payload, defaultScopes));
    return { principal, expiresAt: exp * 1000 + clockToleranceMs };
  };
}

/** @throws UNAUTHENTICATED for whatever is wrong with the token; UPSTREAM_UNAVAILABLE if the keys cannot be read */
function refuse(error: unknown): never {
  if (error instanceof errors.JWTExpired) throw unauthenticated('The token has expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    throw unauthenticated(`The claim \`${error.claim}\` of the token is missing or not accepted`);
  }
  if (error instanceof errors.JWKSNoMatchingKey) {
    throw unauthenticated('The token is not signed with a key of its issuer');
  }
  if (error instanceof UnreadableKeysError) throw unavailable();
  if (error instanceof errors.JWKSInvalid || error instanceof errors.JWKSTimeout) throw unavailable();
  if (error instanceof errors.JOSEError && error.code !== errors.JOSEError.code) {
    throw unauthenticated('The token is not valid');
  }
  throw unavailable();
}

function unavailable(): GraphQLError {
  const message = 'The keys that verify tokens cannot be read: try again later';
  return codedError('UPSTREAM_UNAVAILABLE', message, {
    http: { status: 503, spec: false, headers: { 'retry-after': '1' } },
  });
}

function requireText(payload: JWTPayload, claim: string): string {
  const value = Object.hasOwn(payload, claim) ? payload[claim] : undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw unauthenticated(`The claim \`${claim}\` of the token must be a text`);
}

/** `scope` (RFC 8693) or `scp`, as a list or separated by spaces. Scopes that are not of this server are ignored. */
function scopesOf({ scope, scp }: JWTPayload, defaults: ReadonlySet<Scope>): ReadonlySet<Scope> {
  const claim = scope ?? scp;
  if (claim === undefined || claim === null) return defaults;
  const words: readonly unknown[] = typeof claim === 'string' ? claim.split(' ') : [claim].flat();
  return new Set(words.filter(isScope));
}

/** @throws FORBIDDEN if the token names no known key */
function credentialOf(
  payload: JWTPayload,
  { upstreamKeyClaim, upstreamKeys, credential }: JwtOptions,
): UpstreamCredential {
  if (upstreamKeyClaim === undefined) return credential;
  const name = Object.hasOwn(payload, upstreamKeyClaim) ? payload[upstreamKeyClaim] : undefined;
  const apiKey = typeof name === 'string' ? upstreamKeys.get(name) : undefined;
  if (apiKey !== undefined) return { ...credential, apiKey };
  const message = `The claim \`${upstreamKeyClaim}\` of the token must name an upstream key of this server`;
  throw codedError('FORBIDDEN', message, { http: { status: 403, spec: false } });
}
