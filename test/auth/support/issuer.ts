/** An issuer of tokens that publishes its keys over HTTP. */
import { createServer, type ServerResponse } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { listenLocally } from '../../support/listen.ts';

export const ISSUER = 'https://issuer.example.com/';
export const AUDIENCE = 'assistants';

export interface Issuer {
  /** Of the keys. */
  readonly url: string;
  /** How often the keys were requested. */
  readonly requests: number;
  /** Responds instead of the issuer. Set it to undefined after the test. */
  intercept: ((response: ServerResponse) => void) | undefined;
  /** Signs with a new key, whose public part is published, from now on. @returns its ID */
  rotate(): Promise<string>;
  /** Publishes one more key. */
  publish(jwk: JWK): void;
  /** Publishes the newest key only. */
  retire(): void;
  /** A token that is valid for an hour, unless its claims say otherwise. A claim that is undefined is left out. */
  token(
    claims?: Readonly<Record<string, unknown>>,
    header?: Partial<{ kid: string; alg: string }>,
  ): Promise<string>;
  readonly signingKey: CryptoKey;
  close(): Promise<void>;
}

export async function startIssuer(): Promise<Issuer> {
  let jwks: JWK[] = [];
  let requests = 0;
  let count = 0;
  let current: { readonly kid: string; readonly privateKey: CryptoKey };
  const server = createServer((_, response) => {
    requests++;
    if (issuer.intercept) issuer.intercept(response);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: jwks }));
  });
  const port = await listenLocally(server);

  const issuer: Issuer = {
    url: `http://127.0.0.1:${port}/keys`,
    get requests() {
      return requests;
    },
    intercept: undefined,
    async rotate() {
      const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
      const kid = `key-${++count}`;
      current = { kid, privateKey };
      issuer.publish({ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' });
      return kid;
    },
    publish: (jwk) => void jwks.push(jwk),
    retire() {
      jwks = jwks.slice(-1);
    },
    token(claims = {}, { kid = current.kid, alg = 'ES256' } = {}) {
      const now = Math.floor(Date.now() / 1000);
      const all = { iss: ISSUER, aud: AUDIENCE, sub: 'anna', exp: now + 3600, ...claims };
      return new SignJWT(all).setProtectedHeader({ alg, kid }).sign(current.privateKey);
    },
    get signingKey() {
      return current.privateKey;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await issuer.rotate();
  return issuer;
}

/** The settings with which a server accepts the tokens of an issuer, all scopes included. */
export function settingsFor(issuer: Issuer, env: Record<string, string> = {}): Record<string, string> {
  return {
    AUTH: 'jwt',
    JWT_ISSUER: ISSUER,
    JWT_AUDIENCE: AUDIENCE,
    JWKS_URL: issuer.url,
    JWKS_COOLDOWN_MS: '1',
    JWT_CLOCK_TOLERANCE_MS: '0',
    JWT_DEFAULT_SCOPES: 'assistants:read,assistants:write,threads:read,threads:write',
    ...env,
  };
}
