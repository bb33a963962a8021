import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { createAdmission } from './admission/admission.ts';
import { measureEventLoopLag } from './admission/event-loop-lag.ts';
import { createAuthenticator } from './auth/authenticator.ts';
import type { Config } from './config.ts';
import { listen } from './http/listen.ts';
import { SharedReads } from './loaders/shared-reads.ts';
import { createOperationFactory } from './operation.ts';
import { createOwners } from './owners/owners.ts';
import type { Files } from './rest/files.ts';
import { createReachability } from './rest/reachability.ts';
import type { StreamTransport } from './rest/stream-transport.ts';
import type { Transport } from './rest/transport.ts';
import { createRuns, type RunsOptions } from './runs/create-runs.ts';
import type { RunCounts } from './runs/runs.ts';
import { createArrivals } from './server/arrivals.ts';
import { createIdentify } from './server/caller.ts';
import { createDocumentSource } from './server/document-source.ts';
import { EventStreams } from './server/event-streams.ts';
import { createExecution } from './server/execution.ts';
import { createFileRoutes } from './server/files/file-routes.ts';
import { createGraphQL, PATH } from './server/graphql.ts';
import { createHealthResponder, type HealthResponder } from './server/health.ts';
import { createGraphHttpServer } from './server/http-server.ts';
import { InTransit } from './server/in-transit.ts';
import { createBeginner } from './server/intake.ts';
import { createJsonBodyReader } from './server/json-body.ts';
import { createErrorMask } from './server/mask-error.ts';
import { createPageServer } from './server/page-files.ts';
import { type RequestTimeouts, requestTimeouts } from './server/request-limits.ts';
import { createResultSerializer } from './server/serialize-result.ts';
import { createWebSocketServer } from './server/websocket.ts';
import type { Metrics } from './telemetry/metrics.ts';
import { createTelemetry } from './telemetry/telemetry.ts';
import { Turns } from './turns.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly transport: Transport;
  /** Undefined where runs are only polled. */
  readonly streams: StreamTransport | undefined;
  /** Undefined where files are not served. */
  readonly files?: Files | undefined;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  /** The clock by which runs are watched, and bounds on that beside those in `config`. By default the system's, and those of runs/limits.ts. */
  readonly watching?: Pick<RunsOptions, 'clock' | 'limits'>;
  /** The clock of rates, in milliseconds. By default the system's. */
  readonly now?: () => number;
  /** Interval of pings on WebSockets, in milliseconds. 12 seconds by default. */
  readonly keepAliveMs?: number;
  /** How long requests may take to arrive. By default those of server/request-limits.ts. */
  readonly timeouts?: RequestTimeouts;
}

export interface ServerCounts {
  readonly connections: number;
  readonly webSockets: number;
  readonly subscriptions: number;
  /** Events whose results are kept for subscribers that are about to receive them. */
  readonly sharedEvents: number;
  /** Bytes of request bodies. */
  readonly requestBytes: number;
  /** Bytes of responses that clients have not read. */
  readonly responseBytes: number;
}

export interface Server {
  /** URL of the graph, such as `http://127.0.0.1:4000/graphql`. */
  readonly url: string;
  /** URL of the chat. Undefined if it is off or not built. */
  readonly chatUrl: string | undefined;
  /** What is held at the moment, for metrics. */
  counts(): RunCounts & ServerCounts;
  /** For probes that come on another port. */
  readonly respondToProbe: HealthResponder;
  /** From now on, probes are told that the server is not ready. It still serves. */
  drain(): void;
  /**
   * Accepts no more requests, closes WebSockets with 1012, waits for running operations for most of SHUTDOWN_MS, and
   * terminates the rest.
   */
  close(): Promise<void>;
}

/** The part of SHUTDOWN_MS, without the delay, that running operations get; the rest is for what closes after them. */
const CUT_AFTER = 0.8;
/** Where `npm run build` puts the chat, as seen from src/ and from dist/. */
const CHAT = fileURLToPath(new URL('../examples/chat/dist', import.meta.url));
/** Below the idle timeouts of common proxies. */
const DEFAULT_KEEP_ALIVE_MS = 12_000;

/** Serves the graph over HTTP and WebSocket once the promise resolves. @throws ListenError if the port is unavailable */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { config, transport, streams, log, watching } = options;
  const sharing = new SharedReads();
  const telemetry = createTelemetry({
    log,
    metrics: options.metrics,
    hasTrustedNames: config.TRUSTED_DOCUMENTS !== undefined,
  });
  const runs = createRuns({
    transport,
    streams,
    ...watching,
    limits: { eventsTtlMs: config.RUN_EVENTS_TTL, ...watching?.limits },
    onStatusChange: (path) => sharing.beginEpoch(path),
    observer: telemetry.watching,
  });
  const lag = measureEventLoopLag({ maxMs: config.MAX_EVENT_LOOP_LAG_MS });
  const admission = createAdmission({
    requestsPerMinute: config.MAX_REQUESTS_PER_MINUTE,
    callsPerMinute: config.MAX_CALLS_PER_MINUTE,
    lag,
    now: options.now ?? Date.now,
  });
  const createOperation = createOperationFactory({
    transport,
    runs,
    owners: config.OWNERS === 'metadata' ? createOwners(config.OWNERS_SECRET ?? []) : undefined,
    sharing,
    connections: config.UPSTREAM_CONNECTIONS,
    timeoutMs: config.UPSTREAM_TIMEOUT_MS,
    onCall: admission.countCall,
    turns: new Turns(),
    maxFields: config.MAX_FIELDS,
    maxErrors: config.MAX_ERRORS,
  });
  const authenticate = createAuthenticator(config, log);
  const identify = createIdentify(authenticate, config.SHOW_UPSTREAM_CALLS);
  const maskError = createErrorMask(log);
  const serialize = createResultSerializer(config.MAX_ANSWER);
  const requests = new InTransit(config.MAX_BUFFERED_REQUESTS);
  const responses = new InTransit(config.MAX_BUFFERED_RESPONSES);
  const execution = createExecution({
    config,
    createOperation,
    persistedQueries: await createDocumentSource(config),
    maskError,
    serialize,
    responses,
  });
  const eventStreams = new EventStreams();
  const respond = createGraphQL({
    config,
    arrivals: createArrivals(identify, admission, createJsonBodyReader(config.MAX_BODY, requests)),
    execution,
    eventStreams,
    maskError,
    serialize,
    responses,
  });
  const page = config.CHAT ? await createPageServer(CHAT) : undefined;
  const inTurn = createBeginner();
  const webSockets = createWebSocketServer({
    inTurn,
    execution,
    identify,
    admission,
    requests,
    responses,
    maxMessage: config.MAX_BODY,
    maxOperations: config.MAX_SOCKET_OPERATIONS,
    keepAliveMs: options.keepAliveMs ?? DEFAULT_KEEP_ALIVE_MS,
    observe: (requestId) => telemetry.begin({ transport: 'websocket', requestId, headers: {} }),
    log,
  });
  let isDraining = false;
  const respondToProbe = createHealthResponder({
    isUpstreamReachable: createReachability({ transport }),
    isDraining: () => isDraining,
  });
  const http = createGraphHttpServer({
    path: PATH,
    rules: { origins: config.CORS_ORIGINS ?? [], loopbackOnly: config.AUTH === 'none' },
    files:
      options.files &&
      createFileRoutes({
        files: options.files,
        authenticate,
        admission,
        maskError,
        maxBytes: config.MAX_FILE,
        timeoutMs: config.FILE_TIMEOUT_MS,
        maxTransfers: config.MAX_FILE_TRANSFERS,
      }),
    page,
    respond,
    respondToProbe,
    telemetry,
    admission,
    webSockets,
    eventStreams,
    inTurn,
    limits: {
      connections: config.MAX_CONNECTIONS,
      connectionsPerAddress: config.MAX_CONNECTIONS_PER_ADDRESS,
      trustedProxies: config.TRUSTED_PROXIES ?? [],
    },
    timeouts: options.timeouts ?? requestTimeouts(config.UPSTREAM_TIMEOUT_MS, config.FILE_TIMEOUT_MS),
  });
  const { HOST: host, PORT: port } = config;
  const origin = await listen(http.server, { host, port, settings: 'PORT or HOST' });
  return {
    url: origin + PATH,
    chatUrl: page && `${origin}/`,
    respondToProbe,
    drain: () => {
      isDraining = true;
    },
    counts: () => ({
      ...runs.counts(),
      connections: http.connectionCount,
      webSockets: webSockets.count,
      subscriptions: execution.counts.count,
      sharedEvents: execution.counts.sharedEvents,
      requestBytes: requests.bytes,
      responseBytes: responses.bytes,
    }),
    async close() {
      isDraining = true;
      await http.close((config.SHUTDOWN_MS - config.SHUTDOWN_DELAY_MS) * CUT_AFTER);
      await runs.close();
      lag.close();
    },
  };
}
