/**
 * Which web pages may talk to this server. A browser sends whatever page it shows to any address it is told to, loopback
 * ones too: without this a page from anywhere could drive a server that asks nobody who they are.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLoopbackHostHeader } from '../http/loopback.ts';

export interface OriginRules {
  /** Origins of other pages that may call. */
  readonly origins: readonly string[];
  /** Whether only loopback names may be called, so that no foreign name can be pointed at us. */
  readonly loopbackOnly: boolean;
}

/** Why a request goes no further. */
export interface Rejection {
  readonly status: 400 | 403;
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

/** Answers as GraphQL does, without a word of CORS, so that no page can read it. */
export function reject(response: ServerResponse, { status, message }: Rejection): void {
  const code = status === 403 ? 'FORBIDDEN' : 'BAD_USER_INPUT';
  const body = JSON.stringify({ errors: [{ message, extensions: { code } }] });
  // Whatever the request still has to say is not read.
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', connection: 'close' })
    .end(body);
}

function isSameHost(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
