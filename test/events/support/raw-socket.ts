/** A WebSocket on which a test writes and reads the messages itself. */
import { once } from 'node:events';
import { request } from 'node:http';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { HttpResult } from '../../support/http.ts';
import { Queue } from './queue.ts';

export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

export interface RawSocket {
  readonly webSocket: WebSocket;
  /** Sends a message: text as it is, anything else as JSON. */
  send(message: string | object): void;
  /** Sends a `subscribe` message. */
  subscribe(id: string, query: string, variables?: object): void;
  /** The next message from the server. */
  next(): Promise<Message>;
  /** Number of messages that were received and not taken. */
  readonly unread: number;
  /** Fulfilled with the code and the reason. */
  readonly closed: Promise<[code: number, reason: string]>;
}

export interface SocketOptions {
  readonly protocol?: string | string[];
  readonly headers?: Record<string, string>;
  /** Whether pings are answered. */
  readonly autoPong?: boolean;
}

/** Opens a socket, without `connection_init`. @param url of the graph, with `http` */
export async function openSocket(url: string, options: SocketOptions = {}): Promise<RawSocket> {
  const { protocol = 'graphql-transport-ws', headers = {}, autoPong = true } = options;
  const webSocket = new WebSocket(url.replace('http', 'ws'), protocol, { headers, autoPong });
  onTestFinished(() => webSocket.terminate());
  const messages = new Queue<Message>();
  webSocket.on('message', (data) => messages.add(JSON.parse(String(data))));
  const closed = new Promise<[number, string]>((resolve) =>
    webSocket.once('close', (code, reason) => resolve([code, String(reason)])),
  );
  const socket: RawSocket = {
    webSocket,
    send: (message) => webSocket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    subscribe: (id, query, variables) =>
      socket.send({ type: 'subscribe', id, payload: { query, variables } }),
    next: () => messages.next(),
    get unread() {
      return messages.size;
    },
    closed,
  };
  await once(webSocket, 'open');
  return socket;
}

/** Opens a socket that is ready for operations. @param payload of `connection_init` */
export async function connect(
  url: string,
  payload?: object,
  options: SocketOptions = {},
): Promise<RawSocket> {
  const socket = await openSocket(url, options);
  socket.send({ type: 'connection_init', payload });
  const { type } = await socket.next();
  if (type !== 'connection_ack') throw new Error(`A ${type} in place of connection_ack`);
  return socket;
}

/** Asks for a WebSocket with any headers. @returns the response, and after it the first message if `readsMessage` */
export async function upgrade(
  url: string,
  headers: Record<string, string>,
  { path, readsMessage = false }: { path?: string | undefined; readsMessage?: boolean } = {},
): Promise<HttpResult> {
  const fixed = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  const outgoing = request(url, { agent: false, headers: { ...fixed, ...headers }, ...(path && { path }) });
  outgoing.end();
  const [response, socket, head] = await Promise.race([
    once(outgoing, 'upgrade'),
    once(outgoing, 'response'),
  ]);
  const chunks: Buffer[] = socket === undefined ? [] : [head];
  for await (const chunk of socket === undefined ? response : []) chunks.push(chunk);
  if (readsMessage && head.length === 0) chunks.push(...(await once(socket, 'data')));
  socket?.destroy();
  const text = Buffer.concat(chunks).toString();
  return { status: response.statusCode, headers: response.headers, text };
}
