/** What clients send to say who they are, and why it is refused. */
import type { GraphQLError } from 'graphql';
import { codedError } from '../errors.ts';

/** The headers of a request; on a WebSocket, the members of the payload of `connection_init`. */
export interface Credentials {
  readonly authorization: string | undefined;
  readonly organization: string | undefined;
}

/** Maximum length of a key or a token, in characters. */
const MAX_TOKEN_LENGTH = 8192;
const BEARER = /^bearer +([\x21-\x7e]+)$/i;

/** The key or the token of the client. @throws UNAUTHENTICATED */
export function requireBearer({ authorization }: Credentials): string {
  if (authorization === undefined) {
    const message =
      'A key or token is required: send `authorization: Bearer …`, on a WebSocket in the payload of connection_init';
    throw unauthenticated(message, 'Bearer');
  }
  // Before the pattern is applied.
  if (authorization.length > MAX_TOKEN_LENGTH) {
    throw unauthenticated(`\`authorization\` must be at most ${MAX_TOKEN_LENGTH} characters long`);
  }
  const [, token] = BEARER.exec(authorization) ?? [];
  if (token === undefined) {
    const message = '`authorization` must be `Bearer` and a key or token of visible ASCII characters';
    throw unauthenticated(message);
  }
  return token;
}

/** @param challenge the WWW-Authenticate header (RFC 6750) */
export function unauthenticated(message: string, challenge = 'Bearer error="invalid_token"'): GraphQLError {
  return codedError('UNAUTHENTICATED', message, {
    http: { status: 401, spec: false, headers: { 'www-authenticate': challenge } },
  });
}
