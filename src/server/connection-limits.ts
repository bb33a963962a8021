/** How many connections clients may have. */
import type { EventEmitter } from 'node:events';
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { clientKey, type Network, TrustedProxies } from '../http/client-address.ts';
import { type Rejection, rejectConnection } from './origin.ts';

export interface ConnectionLimits {
  readonly connections: number;
  /** Of one client. Undefined for no limit. */
  readonly connectionsPerAddress: number | undefined;
  /** Their connections are not limited, but the requests in progress of the clients that they name are. */
  readonly trustedProxies: readonly Network[];
}

/** Refused connections that are open at a time. Any more are closed without a response. */
const MAX_REFUSED = 1000;

export interface ConnectionLimiter {
  /** Open connections, WebSockets included. */
  readonly count: number;
  /** Whether the response has been sent already: the connection was refused. */
  isRefused(request: IncomingMessage): boolean;
  /**
   * Counts a request for its client, if a proxy has passed it on, until the response or the WebSocket is closed.
   *
   * @returns why the request must be rejected, if the client has too many
   */
  admit(request: IncomingMessage, exchange: EventEmitter): Rejection | undefined;
}

/** Refuses the connections of a server that are beyond the limits, before a request is read from them. */
export function limitConnections(server: HttpServer, limits: ConnectionLimits): ConnectionLimiter {
  const { connections: max, connectionsPerAddress: maxPerClient = Number.POSITIVE_INFINITY } = limits;
  const proxies = new TrustedProxies(limits.trustedProxies);
  const refused = new WeakSet<Socket>();
  const admitted = new WeakSet<Socket>();
  const countByClient = new Map<string, number>();
  let count = 0;

  /** @returns whether the client may have one more; if so, it counts until `exchange` is closed */
  const enter = (address: string, exchange: EventEmitter): boolean => {
    const key = clientKey(address);
    const own = countByClient.get(key) ?? 0;
    if (own >= maxPerClient) return false;
    countByClient.set(key, own + 1);
    exchange.once('close', () => {
      const left = (countByClient.get(key) ?? 1) - 1;
      if (left === 0) countByClient.delete(key);
      else countByClient.set(key, left);
    });
    return true;
  };

  const refusalOf = (socket: Socket): Rejection | undefined => {
    const { remoteAddress = '' } = socket;
    if (count >= max)
      return tooMany(503, `The server has its maximum of ${max} connections: try again later`);
    if (proxies.has(remoteAddress) || enter(remoteAddress, socket)) return undefined;
    return tooManyOfClient(maxPerClient);
  };

  server.maxConnections = max + MAX_REFUSED;
  server.on('connection', (socket) => {
    // It comes again if an upgrade is ignored.
    if (admitted.has(socket)) return;
    const refusal = refusalOf(socket);
    if (refusal === undefined) {
      admitted.add(socket);
      count++;
      socket.once('close', () => count--);
      return;
    }
    refused.add(socket);
    rejectConnection(socket, refusal);
  });

  return {
    get count() {
      return count;
    },
    isRefused: ({ socket }) => refused.has(socket),
    admit(request, exchange) {
      const { remoteAddress = '' } = request.socket;
      if (!proxies.has(remoteAddress)) return undefined;
      // A proxy that names no client counts as one, since its connections are not limited.
      const client = proxies.clientOf(request) ?? remoteAddress;
      return enter(client, exchange) ? undefined : tooManyOfClient(maxPerClient);
    },
  };
}

function tooManyOfClient(max: number): Rejection {
  return tooMany(429, `At most ${max} connections are allowed from one address: close one first`);
}

function tooMany(status: 429 | 503, message: string): Rejection {
  return { status, code: 'RATE_LIMITED', message };
}
