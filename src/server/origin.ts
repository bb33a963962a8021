/**
 * Which web pages may talk to this server. A browser sends whatever page it shows to any address it is told to, loopback
 * ones too: without this a page from anywhere could drive a server that asks nobody who they are.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface OriginRules {
  /** Origins of other pages that may call. */
  readonly origins: readonly string[];
  /** Whether only loopback names may be called, so that no foreign name can be pointed at us. */
  readonly loopbackOnly: boolean;
}

/** Why a request is refused, or undefined where it may pass. Programs that are no browsers send no origin. */
export function refusalOf({ headers }: IncomingMessage, rules: OriginRules): string | undefined {
  const { host = '', origin } = headers;
  if (rules.loopbackOnly && !isLoopbackName(host)) return 'The Host header must name a loopback address';
  if (origin !== undefined && !isSameHost(origin, host) && !rules.origins.includes(origin)) {
    return 'Requests from pages of this Origin are not allowed';
  }
  const isForeign = headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate';
  return isForeign && origin === undefined
    ? 'Requests from pages of another site are not allowed'
    : undefined;
}

/** Answers as GraphQL does, without a word of CORS, so that no page can read it. */
export function refuse(response: ServerResponse, message: string): void {
  const body = JSON.stringify({ errors: [{ message, extensions: { code: 'FORBIDDEN' } }] });
  // Whatever the request still has to say is not read.
  response
    .writeHead(403, { 'content-type': 'application/json; charset=utf-8', connection: 'close' })
    .end(body);
}

function isLoopbackName(host: string): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name);
}

function isSameHost(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
