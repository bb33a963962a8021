/** What load balancers ask: whether the process lives, and whether it should get requests. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface HealthOptions {
  readonly isUpstreamReachable: () => Promise<boolean>;
  readonly isDraining: () => boolean;
}

/** Responds to GET and HEAD of /health and /ready. @returns whether it does */
export type HealthResponder = (request: IncomingMessage, response: ServerResponse) => boolean;

export function createHealthResponder({ isUpstreamReachable, isDraining }: HealthOptions): HealthResponder {
  const whyNotReady = async () => {
    if (isDraining()) return 'the server is stopping';
    return (await isUpstreamReachable()) ? undefined : 'the upstream does not respond';
  };
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    if (request.url === '/health') send(response, undefined);
    else if (request.url === '/ready') void whyNotReady().then((reason) => send(response, reason));
    else return false;
    return true;
  };
}

function send(response: ServerResponse, reason: string | undefined): void {
  response
    .writeHead(reason === undefined ? 200 : 503, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    })
    .end(JSON.stringify({ ok: reason === undefined, reason }));
}
