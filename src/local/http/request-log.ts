import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../log.ts';

const MAX_PATH = 200;

/**
 * Logs a request when its response has ended. Headers, queries and bodies are not logged: they may hold keys and what people
 * have written.
 */
export function logWhenEnded(log: Log, request: IncomingMessage, response: ServerResponse): void {
  const start = performance.now();
  response.once('close', () => {
    const [path = ''] = (request.url ?? '').split('?', 1);
    log({
      level: 'info',
      message: 'request',
      fields: {
        method: request.method,
        path: path.slice(0, MAX_PATH),
        status: response.statusCode,
        ms: Math.round(performance.now() - start),
        requestId: response.getHeader('x-request-id'),
        // The client has gone, or the server stops.
        ...(!response.writableFinished && { isCutOff: true }),
      },
    });
  });
}
