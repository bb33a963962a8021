/**
 * Which web pages may call this server. A browser sends requests of any page to any address, loopback addresses included:
 * without these checks, every page could use a server that requires no authentication.
 */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../errors.ts';
import { isLoopbackHostHeader } from '../http/loopback.ts';

export interface OriginRules {
  /** Origins of other pages that may call. */
  readonly origins: readonly string[];
  /** Whether the Host header must be a loopback name, so that no other name can be made to resolve to this server. */
  readonly loopbackOnly: boolean;
}

/** Why a request is rejected. */
export interface Rejection {
  readonly status: 400 | 403 | 404 | 408 | 429 | 431 | 503;
  readonly code: ErrorCode;
  readonly message: string;
}

/** Undefined if the request is allowed. Clients other than browsers send no Origin header. */
export function rejectionOf(
  { headers, url = '' }: IncomingMessage,
  rules: OriginRules,
): Rejection | undefined {
  const { host = '', origin } = headers;
  // Yoga parses this URL, and responds with a stack trace if it cannot.
  if (!url.startsWith('/') || !URL.canParse(`http://${host}${url}`)) {
    const message = 'The Host header and the path do not form a valid URL';
    return { status: 400, code: 'BAD_USER_INPUT', message };
  }
  if (rules.loopbackOnly && !isLoopbackHostHeader(host)) {
    return forbidden('The Host header must name a loopback address');
  }
  if (origin !== undefined && !isSameHost(origin, host) && !rules.origins.includes(origin)) {
    return forbidden('Requests from pages of this Origin are not allowed');
  }
  const isForeign = headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate';
  return isForeign && origin === undefined
    ? forbidden('Requests from pages of another site are not allowed')
    : undefined;
}

function forbidden(message: string): Rejection {
  return { status: 403, code: 'FORBIDDEN', message };
}

/** Responds with a GraphQL error and without CORS headers, so that no page can read it. */
export function reject(response: ServerResponse, rejection: Rejection): void {
  // The rest of the request is not read.
  response
    .writeHead(rejection.status, { 'content-type': CONTENT_TYPE, connection: 'close' })
    .end(bodyOf(rejection));
}

/** How long a client may take to read why its connection is closed, in milliseconds. */
const READING_MS = 1000;

/** The same on a connection without a response: it asked to become a WebSocket, or has sent no complete request. */
export function rejectConnection(socket: Duplex, rejection: Rejection): void {
  const { status } = rejection;
  const body = bodyOf(rejection);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    `Content-Type: ${CONTENT_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.on('error', () => socket.destroy());
  // The client may never close its side; and if this side were closed at once, it might lose the response.
  const timer = setTimeout(() => socket.destroy(), READING_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const CONTENT_TYPE = 'application/json; charset=utf-8';

function bodyOf({ code, message }: Rejection): string {
  return JSON.stringify({ errors: [{ message, extensions: { code } }] });
}

function isSameHost(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
