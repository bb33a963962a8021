/** Server-sent events on a connection that a test can cut. */
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RawSse {
  /** Fulfilled with the response once its head has come. */
  readonly response: Promise<IncomingMessage>;
  /** Ends the connection in order. */
  close(): void;
  /** Breaks the connection. */
  reset(): void;
}

export function requestEvents(url: string, query: string): RawSse {
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
  const outgoing = request(url, { method: 'POST', agent: false, headers });
  outgoing.on('error', () => undefined);
  outgoing.end(JSON.stringify({ query }));
  let socket: Socket | undefined;
  outgoing.once('socket', (opened) => {
    socket = opened;
  });
  onTestFinished(() => void outgoing.destroy());
  return {
    response: new Promise((resolve) => outgoing.once('response', resolve)),
    close: () => socket?.end(),
    reset: () => socket?.resetAndDestroy(),
  };
}
