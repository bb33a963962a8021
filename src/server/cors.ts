/** Lets pages of the origins in CORS_ORIGINS read responses. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long a browser need not repeat a preflight request. Chromium caps it at this. */
const PREFLIGHT_SECONDS = '7200';
const USUAL_HEADERS = 'authorization, openai-organization, content-type, x-requested-with, x-request-id';

/** Lets a page of another origin read the response, if it may call. @returns whether it may */
export function allowOrigin(
  { headers: { origin } }: IncomingMessage,
  response: ServerResponse,
  origins: readonly string[],
): boolean {
  if (origin === undefined || !origins.includes(origin)) return false;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', 'x-request-id, content-disposition');
  response.setHeader('vary', 'origin');
  return true;
}

/** Responds to a preflight request. A page may send any header but cookies, which are not used. @returns whether it is one */
export function respondToPreflight({ method, headers }: IncomingMessage, response: ServerResponse): boolean {
  if (method !== 'OPTIONS') return false;
  response
    .writeHead(204, {
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': headers['access-control-request-headers'] ?? USUAL_HEADERS,
      'access-control-max-age': PREFLIGHT_SECONDS,
    })
    .end();
  return true;
}
