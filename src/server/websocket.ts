/** GraphQL over WebSocket (graphql-transport-ws), on the URL and through the checks of GraphQL over HTTP. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLError } from 'graphql';
import { CloseCode, handleProtocols } from 'graphql-ws';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ErrorCode } from '../errors.ts';
import type { Observation } from '../telemetry/telemetry.ts';
import { TooManyBytesError } from './in-transit.ts';
import { type Beginner, createConnectionTurns } from './intake.ts';
import { createJsonCounter } from './json-limits.ts';
import { createKeepAlive } from './keep-alive.ts';
import { createSocketExpiry } from './socket-expiry.ts';
import { SocketInbox } from './socket-inbox.ts';
import { SocketOperations } from './socket-operations.ts';
import { createSocketProtocol, type SocketProtocolOptions, type SocketState } from './socket-protocol.ts';
import {
  countTraffic,
  type SocketTraffic,
  type SocketTrafficOptions,
  TRY_AGAIN_LATER,
} from './socket-traffic.ts';
import { createPayloadSplicer } from './splice-payload.ts';

export interface WebSocketOptions extends Omit<SocketProtocolOptions, 'splicer'>, SocketTrafficOptions {
  readonly inTurn: Beginner;
  /** Maximum length of a message, in bytes. */
  readonly maxMessage: number;
  /** Interval of pings, in milliseconds. A client that has not answered by the next ping is disconnected. */
  readonly keepAliveMs: number;
  /** Begins the observation of an operation. */
  readonly observe: (requestId: string) => Observation;
  readonly log: Logger;
}

export interface GraphQLWebSocketServer {
  /**
   * Takes over a connection whose origin and path were checked.
   *
   * @param requestId what the IDs of its operations begin with
   */
  upgrade(request: IncomingMessage, connection: Duplex, head: Buffer, requestId: string): void;
  /** Number of open sockets. */
  readonly count: number;
  /**
   * Closes every socket with 1012 (service restart), so that clients reconnect elsewhere: at once if it has subscriptions
   * only, else after its queries and mutations. @param signal terminates the rest
   */
  close(signal: AbortSignal): Promise<void>;
}

/**
 * Longest message before the acknowledgement, in bytes. It has what a request has in its headers, for which Node has the same
 * limit; and it is kept as long as the socket.
 */
const MAX_INIT_BYTES = 16 * 1024;
/** Nothing is read from a client that leaves more than this unread, in bytes: each ping would be answered in memory. */
const MAX_UNSENT_BYTES = 1024 * 1024;
const MAX_REASON_BYTES = 123;
const SERVICE_RESTART = 1012;
const MESSAGE_TOO_BIG = 1009;

export function createWebSocketServer(options: WebSocketOptions): GraphQLWebSocketServer {
  const { log } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols,
    maxPayload: options.maxMessage,
    // Compression costs some 300 KB a socket.
    perMessageDeflate: false,
  });
  const requestIds = new WeakMap<IncomingMessage, string>();
  sockets.on('headers', (headers, request) => headers.push(`X-Request-Id: ${requestIds.get(request)}`));
  const operationsOf = new Map<WebSocket, SocketOperations>();
  const splicer = createPayloadSplicer();
  const protocol = createSocketProtocol({ ...options, splicer });
  const keepAlive = createKeepAlive(options.keepAliveMs);

  /** Fulfilled when the message has left for the network, so that a slow client slows its own subscriptions only. */
  const send = (socket: WebSocket, traffic: SocketTraffic, data: string) =>
    new Promise<void>((resolve) => {
      const message = splicer.splice(data);
      if (socket.readyState !== socket.OPEN) return resolve();
      let onSent: (() => void) | undefined;
      socket.send(message, () => {
        onSent?.();
        resolve();
      });
      // Unless the client is slow, the message has left already.
      if (socket.bufferedAmount > 0) onSent = traffic.send(message);
    });

  const onFailure = (socket: WebSocket, { observe }: SocketState, error: unknown) => {
    if (isUnexpectedMessage(error)) return closeSocket(socket, CloseCode.BadRequest, error.message);
    if (error instanceof GraphQLError) {
      const observation = observe();
      observation.setErrors([error]);
      observation.end();
      return closeSocket(socket, refusalCode(error), error.message);
    }
    log.error({ err: error }, 'unexpected error');
    closeSocket(socket, CloseCode.InternalServerError, 'Internal server error');
  };

  function open(socket: WebSocket, connection: Duplex, requestId: string): void {
    const operations = new SocketOperations();
    const traffic = countTraffic(socket, connection, options);
    let operationCount = 0;
    const sendMessage = (message: string) => send(socket, traffic, message);
    const state: SocketState = {
      operations,
      client: undefined,
      expiry: createSocketExpiry(socket, operations),
      isWanted: () => true,
      observe: () => options.observe(`${requestId}-${++operationCount}`),
      turn: createConnectionTurns(options.inTurn),
      send: sendMessage,
    };
    operationsOf.set(socket, operations);
    keepAlive.watch(socket);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: sendMessage,
        close: (code, reason) => closeSocket(socket, code, reason),
        onMessage(handle) {
          const inbox = new SocketInbox({
            operations,
            isWanted: (id) => state.isWanted(id),
            onDuplicate: () => closeSocket(socket, CloseCode.SubscriberAlreadyExists, 'Duplicate ID'),
            handle: (message) => handle(message).catch((error: unknown) => onFailure(socket, state, error)),
            count: traffic.count,
          });
          socket.on('message', (data) => {
            const message = String(data);
            if (state.client !== undefined || message.length <= MAX_INIT_BYTES)
              receive(socket, inbox, message);
            else closeSocket(socket, MESSAGE_TOO_BIG, 'Message too big');
            waitForReader(socket, connection);
          });
          socket.once('close', () => inbox.close());
        },
      },
      state,
    );
    socket.on('ping', () => waitForReader(socket, connection));
    socket.on('error', (error) => log.debug({ reason: error.message }, 'a WebSocket failed'));
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
    upgrade(request, connection, head, requestId) {
      requestIds.set(request, requestId);
      sockets.handleUpgrade(request, connection, head, (socket) => open(socket, connection, requestId));
    },
    async close(signal) {
      keepAlive.stop();
      const terminate = () => {
        for (const socket of sockets.clients) socket.terminate();
      };
      signal.addEventListener('abort', terminate, { once: true });
      await Promise.all([...operationsOf].map(([socket, operations]) => restart(socket, operations)));
      signal.removeEventListener('abort', terminate);
    },
  };
}

async function restart(socket: WebSocket, operations: SocketOperations): Promise<void> {
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await Promise.race([operations.drained(), closed]);
  socket.close(SERVICE_RESTART, 'The server is restarting');
  await closed;
}

/** A message that is refused closes the socket, since it is not known which operation it is about. */
function receive(socket: WebSocket, inbox: SocketInbox, message: string): void {
  try {
    createJsonCounter('A message').add(Buffer.from(message));
    inbox.receive(message);
  } catch (error) {
    if (error instanceof TooManyBytesError) closeSocket(socket, TRY_AGAIN_LATER, error.message);
    else if (error instanceof GraphQLError) closeSocket(socket, CloseCode.BadRequest, error.message);
    else throw error;
  }
}

function closeSocket(socket: WebSocket, code?: number, reason = ''): void {
  socket.close(code, Buffer.byteLength(reason) > MAX_REASON_BYTES ? '' : reason);
}

function waitForReader(socket: WebSocket, connection: Duplex): void {
  if (socket.isPaused || socket.bufferedAmount <= MAX_UNSENT_BYTES) return;
  socket.pause();
  connection.once('drain', () => socket.resume());
}

/** For a `connection_init` that is refused. After either code, clients of graphql-ws try again. */
function refusalCode({ extensions }: GraphQLError): number {
  return extensions.code === ('UPSTREAM_UNAVAILABLE' satisfies ErrorCode)
    ? TRY_AGAIN_LATER
    : CloseCode.Forbidden;
}

/** What graphql-ws throws for a message of a type that only servers send. */
function isUnexpectedMessage(error: unknown): error is Error {
  return error instanceof Error && error.message.startsWith('Unexpected message of type ');
}
