/** A WebSocket that reconnects until it is closed, and subscriptions that continue where they were. */
import { createClient } from 'graphql-ws';
import { createListeners } from './listeners.ts';

export type SocketState = 'idle' | 'connected' | 'reconnecting';

export interface Socket {
  readonly state: SocketState;
  /** Calls the listener when `state` changes. @returns ends that */
  onChange(listener: () => void): () => void;
  /** Follows one operation until it completes, across any number of connections. @returns stops it */
  subscribe<Data>(operation: Operation, sink: Sink<Data>): () => void;
  close(): void;
}

export interface Operation {
  readonly query: string;
  /** Sent again after each reconnect. Change them to continue elsewhere. */
  readonly variables: Record<string, unknown>;
}

export interface Sink<Data> {
  next(result: { data?: Data | null; errors?: readonly GraphError[] }): void;
  /** The server rejected the operation or the connection. */
  error(error: unknown): void;
  complete(): void;
}

export interface GraphError {
  readonly message: string;
  readonly extensions?: { readonly [name: string]: unknown };
}

/** How long the server may take to respond to a ping, which is sent when nothing arrived for `PING_MS`. */
const PONG_MS = 5_000;
const PING_MS = 10_000;
const MIN_RETRY_MS = 250;
const MAX_RETRY_MS = 8_000;

/** @param headers sent as the payload of connection_init, because browsers cannot set headers of a WebSocket */
export function createSocket(url: string, headers: Record<string, string>): Socket {
  let state: SocketState = 'idle';
  const { tell, onChange } = createListeners();
  const setState = (next: SocketState) => {
    if (next === state) return;
    state = next;
    tell();
  };
  let pongTimer: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    connectionParams: headers,
    keepAlive: PING_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) => untilRetry(retries),
    on: {
      connected: () => setState('connected'),
      // A network that is gone does not close its sockets.
      ping: (received) => {
        if (!received) pongTimer = setTimeout(() => client.terminate(), PONG_MS);
      },
      pong: (received) => {
        if (received) clearTimeout(pongTimer);
      },
      closed: (event) => {
        clearTimeout(pongTimer);
        setState(isNormal(event) ? 'idle' : 'reconnecting');
      },
    },
  });
  const drop = () => {
    if (state === 'connected') client.terminate();
  };
  addEventListener('offline', drop);
  return {
    get state() {
      return state;
    },
    onChange,
    subscribe: (operation, sink) => client.subscribe(operation, sink),
    close() {
      removeEventListener('offline', drop);
      client.dispose();
    },
  };
}

/** The client closes an idle socket by itself. */
function isNormal(event: unknown): boolean {
  return event instanceof CloseEvent && event.code === 1000;
}

/** Waits longer after each attempt, with a random part so that not all clients return at once. Returns early when online again. */
function untilRetry(retries: number): Promise<void> {
  const delay = Math.min(MIN_RETRY_MS * 2 ** retries, MAX_RETRY_MS) * (0.5 + Math.random() / 2);
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(() => navigator.onLine && done(), delay);
    addEventListener('online', done);
  });
}
