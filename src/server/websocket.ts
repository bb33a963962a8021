/** GraphQL over WebSocket (graphql-transport-ws), on the URL and through the checks of GraphQL over HTTP. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, type ExecutionResult, type GraphQLError, getOperationAST } from 'graphql';
import {
  CloseCode,
  type Context as ConnectionContext,
  handleProtocols,
  makeServer,
  type SubscribePayload,
} from 'graphql-ws';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { codedError } from '../errors.ts';
import type { Caller } from './caller.ts';
import { SocketOperations } from './socket-operations.ts';
import { createPayloadSplicer } from './splice-payload.ts';
import type { SerializedResult } from './subscriptions.ts';

/** What executes operations: yoga's `getEnveloped`, with the plugins that HTTP requests go through. */
export interface Enveloped {
  readonly schema: ExecutionArgs['schema'];
  parse(source: string): ExecutionArgs['document'];
  validate(schema: ExecutionArgs['schema'], document: ExecutionArgs['document']): readonly GraphQLError[];
  contextFactory(): unknown;
  execute(args: ExecutionArgs): Promise<ExecutionResult> | ExecutionResult;
  subscribe(args: ExecutionArgs): Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;
}

export interface WebSocketOptions {
  readonly getEnveloped: (context: { caller: Caller }) => Enveloped;
  readonly callerOf: (connectionParams: Readonly<Record<string, unknown>>, signal: AbortSignal) => Caller;
  readonly maskError: (error: unknown) => GraphQLError;
  /** Maximum length of a message, in bytes. */
  readonly maxMessage: number;
  /** Maximum number of operations of one socket at a time. */
  readonly maxOperations: number;
  /** Interval of pings, in milliseconds; a socket that has not answered by the next one is terminated. */
  readonly keepAliveMs: number;
  readonly log: Logger;
}

export interface GraphQLWebSocketServer {
  /** Takes over a connection whose origin and path were checked. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Number of open sockets. */
  readonly count: number;
  /**
   * Closes every socket with 1012 (service restart), so that clients reconnect elsewhere: at once if it has subscriptions
   * only, else after its queries and mutations. @param signal terminates the rest
   */
  close(signal: AbortSignal): Promise<void>;
}

interface Extra {
  readonly operations: SocketOperations;
  /** Whether the client still wants the result of an operation. */
  isWanted: (id: string) => boolean;
}

type Connection = ConnectionContext<Record<string, unknown>, Extra>;

export function createWebSocketServer(options: WebSocketOptions): GraphQLWebSocketServer {
  const { log, keepAliveMs } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols,
    maxPayload: options.maxMessage,
    // Compression costs some 300 KB a socket.
    perMessageDeflate: false,
  });
  const operationsOf = new Map<WebSocket, SocketOperations>();
  const splicer = createPayloadSplicer();
  const server = makeServer<Record<string, unknown>, Extra>({
    onConnect: ({ extra, subscriptions }) => {
      extra.isWanted = (id) => id in subscriptions;
    },
    onSubscribe: (connection, id, payload) => prepare(options, connection, id, payload),
    execute: (args) => executorOf(args).execute(args),
    subscribe: (args) => executorOf(args).subscribe(args),
    onNext: (_connection, _id, _payload, _args, result) =>
      isSerialized(result) ? splicer.placeholderFor(result.json) : undefined,
    onComplete: ({ extra }, id) => extra.operations.end(id),
  });
  const alive = new WeakSet<WebSocket>();
  const keepAlive = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!alive.has(socket)) socket.terminate();
      alive.delete(socket);
      socket.ping();
    }
  }, keepAliveMs);
  keepAlive.unref();

  function open(socket: WebSocket): void {
    const operations = new SocketOperations();
    const extra: Extra = { operations, isWanted: () => true };
    operationsOf.set(socket, operations);
    alive.add(socket);
    socket.on('pong', () => alive.add(socket));
    socket.on('error', (error) => log.debug({ reason: error.message }, 'a WebSocket failed'));
    const closed = server.opened(
      {
        protocol: socket.protocol,
        // Fulfilled when the message has left for the network, so that a slow client slows its own subscriptions only.
        send: (data) =>
          new Promise<void>((resolve) => {
            const message = splicer.splice(data);
            if (socket.readyState === socket.OPEN) socket.send(message, () => resolve());
            else resolve();
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) =>
          socket.on('message', (data) => {
            handle(String(data)).catch((error: unknown) => {
              log.error({ err: error }, 'unexpected error');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
            // graphql-ws has removed by now what the client has just completed.
            operations.keepOnly(extra.isWanted);
          }),
      },
      extra,
    );
    socket.once('close', (code, reason) => {
      operationsOf.delete(socket);
      operations.endAll();
      closed(code, String(reason)).catch((error: unknown) => log.error({ err: error }, 'unexpected error'));
    });
  }

  return {
    get count() {
      return operationsOf.size;
    },
    upgrade(request, socket, head) {
      sockets.handleUpgrade(request, socket, head, open);
    },
    async close(signal) {
      clearInterval(keepAlive);
      const terminate = () => {
        for (const socket of sockets.clients) socket.terminate();
      };
      signal.addEventListener('abort', terminate, { once: true });
      await Promise.all([...operationsOf].map(([socket, operations]) => restart(socket, operations)));
      signal.removeEventListener('abort', terminate);
    },
  };
}

const SERVICE_RESTART = 1012;

async function restart(socket: WebSocket, operations: SocketOperations): Promise<void> {
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await Promise.race([operations.drained(), closed]);
  socket.close(SERVICE_RESTART, 'The server is restarting');
  await closed;
}

/** What graphql-ws executes for a message: the arguments, or the errors for which nothing is executed. */
async function prepare(
  options: WebSocketOptions,
  connection: Connection,
  id: string,
  payload: SubscribePayload,
) {
  const { operations } = connection.extra;
  if (Object.keys(connection.subscriptions).length > options.maxOperations) {
    return [tooManyOperations(options.maxOperations)];
  }
  const signal = operations.begin(id);
  const caller = options.callerOf(connection.connectionParams ?? {}, signal);
  const enveloped = options.getEnveloped({ caller });
  try {
    const document = enveloped.parse(payload.query);
    const errors = enveloped.validate(enveloped.schema, document);
    if (errors.length > 0) return errors.map(options.maskError);
    if (getOperationAST(document, payload.operationName)?.operation === 'subscription')
      operations.markSubscription(id);
    const args = {
      schema: enveloped.schema,
      document,
      operationName: payload.operationName ?? null,
      variableValues: payload.variables ?? null,
      contextValue: await enveloped.contextFactory(),
    };
    executors.set(args, enveloped);
    return args;
  } catch (error) {
    return [options.maskError(error)];
  }
}

/** What executes the arguments that {@link prepare} made. */
const executors = new WeakMap<object, Enveloped>();

function executorOf(args: ExecutionArgs): Enveloped {
  const executor = executors.get(args);
  if (executor === undefined) throw new Error('The arguments were not prepared');
  return executor;
}

function tooManyOperations(max: number): GraphQLError {
  return codedError(
    'RATE_LIMITED',
    `At most ${max} operations are allowed at a time on one WebSocket: end one first`,
  );
}

function isSerialized(result: object): result is SerializedResult {
  return 'json' in result;
}
