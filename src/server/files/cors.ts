import type { IncomingMessage, ServerResponse } from 'node:http';

const PREFLIGHT_SECONDS = '7200';

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

/** Responds to a preflight request. @returns whether it is one */
export function isPreflight({ method }: IncomingMessage, response: ServerResponse, allowed: string): boolean {
  if (method !== 'OPTIONS') return false;
  response
    .writeHead(204, {
      'access-control-allow-methods': allowed,
      'access-control-allow-headers':
        'authorization, openai-organization, content-type, x-requested-with, x-request-id',
      'access-control-max-age': PREFLIGHT_SECONDS,
    })
    .end();
  return true;
}
