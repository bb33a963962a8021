/** HTTP and WebSockets on one port: which requests get to GraphQL, and an orderly stop. */
import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { type Admission, OVERLOADED, RETRY_SECONDS } from '../admission/admission.ts';
import { trackConnections } from '../http/connections.ts';
import { ignoreUpgrade } from '../http/ignore-upgrade.ts';
import { requestIdFrom } from '../telemetry/request-id.ts';
import type { Observation, Telemetry } from '../telemetry/telemetry.ts';
import { type ConnectionLimits, limitConnections } from './connection-limits.ts';
import { allowOrigin, respondToPreflight } from './cors.ts';
import type { EventStreams } from './event-streams.ts';
import { type FileRoutes, UPLOAD_PATH } from './files/file-routes.ts';
import type { HealthResponder } from './health.ts';
import { type Beginner, createIntake } from './intake.ts';
import { type OriginRules, type Rejection, reject, rejectConnection, rejectionOf } from './origin.ts';
import type { PageServer } from './page-files.ts';
import {
  headersRejection,
  httpOptions,
  LateRequests,
  limitRequests,
  type RequestTimeouts,
} from './request-limits.ts';
import type { GraphQLWebSocketServer } from './websocket.ts';

export interface GraphHttpServerOptions {
  /** Path of the graph. */
  readonly path: string;
  readonly rules: OriginRules;
  readonly files: FileRoutes | undefined;
  /** The page at `/`. Without one, `/` leads to the graph. */
  readonly page: PageServer | undefined;
  /** Responds to all other requests. */
  readonly respond: (request: IncomingMessage, response: ServerResponse, observation: Observation) => void;
  readonly respondToProbe: HealthResponder;
  readonly telemetry: Telemetry;
  readonly admission: Admission;
  readonly webSockets: GraphQLWebSocketServer;
  readonly eventStreams: EventStreams;
  /** Shared with `webSockets`. */
  readonly inTurn: Beginner;
  readonly limits: ConnectionLimits;
  readonly timeouts: RequestTimeouts;
}

export interface GraphHttpServer {
  /** Does not listen yet. */
  readonly server: HttpServer;
  /** Number of open connections. */
  readonly connectionCount: number;
  /** Closes WebSockets and event streams, waits for running operations for `ms` milliseconds, and terminates the rest. */
  close(ms: number): Promise<void>;
}

const BUSY: Rejection = { status: 503, code: 'RATE_LIMITED', message: OVERLOADED };

/** A socket that is opened during a stop would not be closed. */
const RESTARTING: Rejection = {
  status: 503,
  code: 'UPSTREAM_UNAVAILABLE',
  message: 'The server is restarting',
};

export function createGraphHttpServer(options: GraphHttpServerOptions): GraphHttpServer {
  const { path, rules, files, page, respond, respondToProbe, telemetry, admission } = options;
  const { webSockets, eventStreams, limits, timeouts, inTurn } = options;
  let isClosing = false;

  const begin = (request: IncomingMessage, response: ServerResponse, observation: Observation) => {
    const rejection =
      headersRejection(request) ??
      limiter.admit(request, response) ??
      rejectionOf(request, rules) ??
      (admission.isOverloaded ? BUSY : undefined);
    if (rejection !== undefined) {
      observation.setErrors([{ extensions: { code: rejection.code } }]);
      if (rejection === BUSY) response.setHeader('retry-after', RETRY_SECONDS);
      reject(response, rejection);
    } else if (allowOrigin(request, response, rules.origins) && respondToPreflight(request, response)) return;
    else if (files?.(request, response, observation)) return;
    else if (page?.(request, response)) observation.setOperation('page');
    // For people who open the host and port they were told.
    else if (request.url === '/') response.writeHead(302, { location: path }).end();
    else respond(request, response, observation);
  };
  const server = createServer(httpOptions(timeouts), (request, response) => {
    if (limiter.isRefused(request)) return;
    const observation = observe(request, response, telemetry);
    if (request.url !== UPLOAD_PATH) late.add(request);
    // Before all that takes turns, so that a busy server is not taken for a dead one.
    if (respondToProbe(request, response)) observation.setOperation('probe');
    else intake.add(request.socket, response, () => begin(request, response, observation));
  });
  const late = new LateRequests(server, timeouts);
  const intake = createIntake(inTurn);
  limitRequests(server, timeouts);
  const limiter = limitConnections(server, limits);
  const connections = trackConnections(server);

  const upgradeRejection = (request: IncomingMessage, socket: Duplex): Rejection | undefined => {
    const rejection =
      headersRejection(request) ?? limiter.admit(request, socket) ?? rejectionOf(request, rules);
    if (rejection !== undefined) return rejection;
    if (admission.isOverloaded) return BUSY;
    if (request.url?.split('?')[0] === path) return isClosing ? RESTARTING : undefined;
    return { status: 404, code: 'BAD_USER_INPUT', message: `WebSockets are served at ${path} only` };
  };

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (limiter.isRefused(request)) return;
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      ignoreUpgrade(server, request, socket, head);
      return;
    }
    const requestId = requestIdFrom(request.headers['x-request-id']);
    const rejection = upgradeRejection(request, socket);
    if (rejection === undefined) return webSockets.upgrade(request, socket, head, requestId);
    const observation = telemetry.begin({ transport: 'websocket', requestId, headers: request.headers });
    observation.setErrors([{ extensions: { code: rejection.code } }]);
    observation.end(rejection.status);
    rejectConnection(socket, rejection);
  });

  return {
    server,
    get connectionCount() {
      return limiter.count;
    },
    async close(ms) {
      isClosing = true;
      const cut = new AbortController();
      const timer = setTimeout(() => cut.abort(), ms);
      eventStreams.break();
      await Promise.all([connections.close(cut.signal), webSockets.close(cut.signal)]);
      clearTimeout(timer);
    },
  };
}

/** Observes a request until its response has ended. */
function observe(request: IncomingMessage, response: ServerResponse, telemetry: Telemetry): Observation {
  const { headers } = request;
  const requestId = requestIdFrom(headers['x-request-id']);
  const observation = telemetry.begin({ transport: 'http', requestId, headers });
  response.setHeader('x-request-id', requestId);
  response.setHeader('x-content-type-options', 'nosniff');
  response.once('close', () => observation.end(response.writableFinished ? response.statusCode : 0));
  return observation;
}
