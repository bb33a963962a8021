import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { RunEvents } from '../engine/run-events.ts';
import type { HandlerResponse } from '../handlers/responses.ts';
import type { NewId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Admit } from './admission.ts';
import { errorBody, toApiError } from './api-error.ts';
import type { Dispatch } from './dispatch.ts';
import { createEventStream } from './event-stream.ts';
import { logWhenEnded } from './request-log.ts';
import { listPieces, sendPieces } from './send-pieces.ts';

export interface HttpServerDeps {
  readonly admit: Admit;
  readonly dispatch: Dispatch;
  readonly events: RunEvents;
  readonly newId: NewId;
  /** Called with the error behind every 500. */
  readonly onError: (error: unknown) => void;
  /** Gets an entry for each request. Without it, they are not logged. */
  readonly requestLog: Log | undefined;
}

/** Longer than clients keep idle connections, so that the server never closes one that a client is about to reuse. */
const KEEP_ALIVE_MS = 75_000;

/** An HTTP server, not yet listening, that dispatches each request and writes its response or error. */
export function createHttpServer(deps: HttpServerDeps): Server {
  return createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    void handle(deps, request, response);
  });
}

async function handle(
  deps: HttpServerDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('x-request-id', deps.newId('req_'));
  if (deps.requestLog !== undefined) logWhenEnded(deps.requestLog, request, response);
  try {
    const tenant = deps.admit(request, response);
    await send(deps, response, await deps.dispatch(request, tenant));
  } catch (error) {
    // The client disconnected while sending its request: nobody reads a response.
    if (response.destroyed || request.errored) return;
    sendError(deps, response, error);
  }
}

async function send(deps: HttpServerDeps, response: ServerResponse, result: HandlerResponse): Promise<void> {
  switch (result.kind) {
    case 'json':
      return sendJson(response, 200, result.value, result.headers);
    case 'list':
      return sendPieces(response, 'application/json', listPieces(result.page));
    case 'bytes':
      response.setHeader('content-length', result.length);
      return sendPieces(response, 'application/octet-stream', result.pieces);
    case 'events': {
      const subscriber = createEventStream(response);
      response.once('close', () => deps.events.unsubscribe(result.runId, subscriber));
      result.open(subscriber);
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

function sendError(deps: HttpServerDeps, response: ServerResponse, error: unknown): void {
  const apiError = toApiError(error);
  if (apiError.status >= 500) deps.onError(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // A request body that was not read to its end is dropped with the connection. A client that is still sending may then not
  // get the response, but must get a 429, to know that nothing was accepted.
  const isRead = response.req.complete || apiError.status === 429;
  const headers = isRead ? {} : { connection: 'close' };
  sendJson(response, apiError.status, errorBody(apiError), headers);
}
