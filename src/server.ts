import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { listen } from './http/listen.ts';
import { SharedReads } from './loaders/shared-reads.ts';
import { createOperationFactory } from './operation.ts';
import type { StreamTransport } from './rest/stream-transport.ts';
import type { Transport } from './rest/transport.ts';
import { createRuns } from './runs/create-runs.ts';
import type { RunCounts } from './runs/runs.ts';
import { createCallerReader } from './server/caller.ts';
import { createGraphQL } from './server/graphql.ts';
import { createErrorMask } from './server/mask-error.ts';
import { type Rejection, reject, rejectionOf, rejectUpgrade } from './server/origin.ts';
import { createWebSocketServer, type GraphQLWebSocketServer } from './server/websocket.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly transport: Transport;
  /** Undefined where runs are only polled. */
  readonly streams: StreamTransport | undefined;
  readonly log: Logger;
}

export interface Server {
  /** URL of the graph, such as `http://127.0.0.1:4000/graphql`. */
  readonly url: string;
  /** What is held at the moment, for metrics. */
  counts(): RunCounts & { readonly webSockets: number };
  /**
   * Accepts no more requests, closes WebSockets with 1012, waits for running operations for most of SHUTDOWN_MS, and
   * terminates the rest.
   */
  close(): Promise<void>;
}

/** The part of SHUTDOWN_MS that running operations get; the rest is for what closes after them. */
const CUT_AFTER = 0.8;
/** Interval of pings on WebSockets, in milliseconds: below the idle timeouts of common proxies. */
const KEEP_ALIVE_MS = 12_000;

/** Serves the graph over HTTP and WebSocket once the promise resolves. @throws ListenError if the port is unavailable */
export async function createServer({ config, transport, streams, log }: ServerOptions): Promise<Server> {
  const sharing = new SharedReads();
  const runs = createRuns({
    transport,
    streams,
    limits: { eventsTtlMs: config.RUN_EVENTS_TTL },
    onStatusChange: (path) => sharing.beginEpoch(path),
  });
  const createOperation = createOperationFactory({
    transport,
    runs,
    sharing,
    connections: config.UPSTREAM_CONNECTIONS,
    timeoutMs: config.UPSTREAM_TIMEOUT_MS,
  });
  const callers = createCallerReader(config);
  const maskError = createErrorMask(log);
  const yoga = createGraphQL({ config, createOperation, callers, maskError });
  const webSockets = createWebSocketServer({
    getEnveloped: yoga.getEnveloped,
    callerOf: callers.ofSocket,
    maskError,
    maxMessage: config.MAX_BODY,
    maxOperations: config.MAX_SOCKET_OPERATIONS,
    keepAliveMs: KEEP_ALIVE_MS,
    log,
  });
  const rules = { origins: config.CORS_ORIGINS ?? [], loopbackOnly: config.AUTH === 'none' };
  let closing = false;
  const responses = new Set<ServerResponse>();
  const server = createHttpServer((request: IncomingMessage, response: ServerResponse) => {
    // Node keeps connections alive even if the server accepts no more requests.
    responses.add(response);
    response.once('close', () => {
      responses.delete(response);
      if (closing) server.closeIdleConnections();
    });
    const rejection = rejectionOf(request, rules);
    if (rejection !== undefined) reject(response, rejection);
    // For people who open the host and port they were told.
    else if (request.url === '/') response.writeHead(302, { location: yoga.graphqlEndpoint }).end();
    else yoga(request, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const rejection = rejectionOf(request, rules) ?? upgradeRejection(request, yoga.graphqlEndpoint);
    if (rejection === undefined) webSockets.upgrade(request, socket, head);
    else rejectUpgrade(socket, rejection);
  });
  const { HOST: host, PORT: port } = config;
  const origin = await listen(server, { host, port, settings: 'PORT or HOST' });
  return {
    url: origin + yoga.graphqlEndpoint,
    counts: () => ({ ...runs.counts(), webSockets: webSockets.count }),
    async close() {
      closing = true;
      // An event stream that ends in order would tell its client that the run has ended.
      for (const response of responses) if (isEventStream(response)) response.destroy();
      await closeWithin(config.SHUTDOWN_MS * CUT_AFTER, server, webSockets);
      await runs.close();
    },
  };
}

async function closeWithin(
  ms: number,
  server: HttpServer,
  webSockets: GraphQLWebSocketServer,
): Promise<void> {
  const cut = new AbortController();
  const timer = setTimeout(() => {
    cut.abort();
    server.closeAllConnections();
  }, ms);
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  await Promise.all([closed, webSockets.close(cut.signal)]);
  clearTimeout(timer);
}

function isEventStream(response: ServerResponse): boolean {
  return String(response.getHeader('content-type')).startsWith('text/event-stream');
}

function upgradeRejection({ url }: IncomingMessage, path: string): Rejection | undefined {
  if (url?.split('?')[0] === path) return undefined;
  return { status: 404, code: 'BAD_USER_INPUT', message: `WebSockets are served at ${path} only` };
}
