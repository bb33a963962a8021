/**
 * Which web pages may talk to this server. A browser sends whatever page it shows to any address it is told to, loopback
 * ones too: without this a page from anywhere could drive a server that asks nobody who they are.
 */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { isLoopbackHostHeader } from '../http/loopback.ts';

export interface OriginRules {
  /** Origins of other pages that may call. */
  readonly origins: readonly string[];
  /** Whether only loopback names may be called, so that no foreign name can be pointed at us. */
  readonly loopbackOnly: boolean;
}

/** Why a request goes no further. */
export interface Rejection {
  readonly status: 400 | 403 | 404 | 503;
  readonly message: string;
}

/** Undefined where a request may pass. Programs that are no browsers send no origin. */
export function rejectionOf(
  { headers, url = '' }: IncomingMessage,
  rules: OriginRules,
): Rejection | undefined {
  const { host = '', origin } = headers;
  // Yoga makes one, and where it cannot it answers with a stack trace.
  if (!url.startsWith('/') || !URL.canParse(`http://${host}${url}`)) {
    return { status: 400, message: 'The Host header and the path make no URL' };
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
  return { status: 403, message };
}

/** Responds with a GraphQL error and without CORS headers, so that no page can read it. */
export function reject(response: ServerResponse, rejection: Rejection): void {
  // The rest of the request is not read.
  response
    .writeHead(rejection.status, { 'content-type': CONTENT_TYPE, connection: 'close' })
    .end(bodyOf(rejection));
}

/** The same on a connection that asked to become a WebSocket. */
export function rejectUpgrade(socket: Duplex, rejection: Rejection): void {
  const { status } = rejection;
  const body = bodyOf(rejection);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    `Content-Type: ${CONTENT_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.on('error', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const CONTENT_TYPE = 'application/json; charset=utf-8';

function bodyOf({ status, message }: Rejection): string {
  const code = status === 403 ? 'FORBIDDEN' : status === 503 ? 'UPSTREAM_UNAVAILABLE' : 'BAD_USER_INPUT';
  return JSON.stringify({ errors: [{ message, extensions: { code } }] });
}

function isSameHost(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
