import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ApiError, errorBody } from './api-error.ts';
import type { Dispatch } from './dispatch.ts';
import type { RunEvents } from './engine/run-events.ts';
import { createEventReader } from './event-reader.ts';
import type { Reply } from './handler.ts';
import type { NewId } from './ids.ts';

export interface HttpDeps {
  readonly dispatch: Dispatch;
  readonly events: RunEvents;
  readonly newId: NewId;
  readonly onFault: (error: unknown) => void;
}

/** Longer than clients keep their idle connections, so that it is never us who close one that is just being used. */
const KEEP_ALIVE_MS = 75_000;

/** The HTTP server, not yet listening: each request is dispatched, and each answer or error written. */
export function createHttpServer(deps: HttpDeps): Server {
  return createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    void answer(deps, request, response);
  });
}

async function answer(deps: HttpDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('x-request-id', deps.newId('req_'));
  try {
    send(deps, response, await deps.dispatch(request));
  } catch (error) {
    // Whoever leaves while sending gets no answer.
    if (response.destroyed || request.errored) return;
    sendError(deps, response, error);
  }
}

function send(deps: HttpDeps, response: ServerResponse, reply: Reply): void {
  switch (reply.kind) {
    case 'json':
      sendJson(response, 200, reply.value, reply.headers);
      return;
    case 'bytes':
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(reply.content);
      return;
    case 'events': {
      const reader = createEventReader(response);
      response.once('close', () => deps.events.leave(reply.runId, reader));
      reply.open(reader);
    }
  }
}

function sendJson(
  response: ServerResponse,
  status: number,
  value: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = Buffer.from(JSON.stringify(value));
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': body.length, ...headers })
    .end(body);
}

function sendError(deps: HttpDeps, response: ServerResponse, error: unknown): void {
  if (!(error instanceof ApiError)) deps.onFault(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const shown =
    error instanceof ApiError ? error : new ApiError(500, 'Something went wrong in the local API.');
  // What is left of the request's body is not worth reading.
  const headers = response.req.complete ? {} : { connection: 'close' };
  sendJson(response, shown.status, errorBody(shown), headers);
}
