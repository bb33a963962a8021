import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { type InTransit, TooManyBytesError } from './in-transit.ts';

export interface SocketTrafficOptions {
  /** Count what is in memory of messages: those of clients until their operations have ended, others until they are read. */
  readonly requests: InTransit;
  readonly responses: InTransit;
}

/** Counts the bytes of one WebSocket, as those of HTTP requests and responses are counted. */
export interface SocketTraffic {
  /** A message is complete. @returns ends it @throws TooManyBytesError */
  count(message: string): () => void;
  /** A message is about to be sent. @returns ends it */
  send(message: string): () => void;
}

/** Closes a WebSocket for which there is no room. */
export const TRY_AGAIN_LATER = 1013;

/** Disconnects the client if there is no room for what it sends, or if others need the room. */
export function countTraffic(
  socket: WebSocket,
  connection: Duplex,
  { requests, responses }: SocketTrafficOptions,
): SocketTraffic {
  const disconnect = () => socket.terminate();
  countIncompleteMessage(socket, connection, requests);
  return {
    count(message) {
      const whole = requests.begin(disconnect);
      whole.keep();
      whole.set(message.length);
      return whole.end;
    },
    send(message) {
      const unread = responses.begin(disconnect);
      unread.set(message.length);
      return unread.end;
    },
  };
}

/** Counts what has arrived of a message until it is complete. */
function countIncompleteMessage(socket: WebSocket, connection: Duplex, requests: InTransit): void {
  const part = requests.begin(() => socket.terminate());
  let lastChunk = 0;
  // Before the chunk is read.
  connection.prependListener('data', (chunk: Buffer) => {
    lastChunk = chunk.length;
    try {
      part.set(part.bytes + chunk.length);
    } catch (error) {
      if (!(error instanceof TooManyBytesError)) throw error;
      socket.close(TRY_AGAIN_LATER, error.message);
    }
  });
  /** What is left is the beginning of the next message. Headers of further frames are not known, but in the past. */
  const onComplete = (payload: { readonly length: number }) => {
    const left = part.bytes - frameLength(payload.length);
    part.set(Math.max(0, Math.min(left, lastChunk)));
  };
  socket.on('message', (data: Buffer) => onComplete(data));
  socket.on('ping', onComplete);
  socket.on('pong', onComplete);
  socket.once('close', part.end);
}

/** Of a frame from a client, in bytes (RFC 6455, 5.2). */
function frameLength(payload: number): number {
  if (payload < 126) return payload + 6;
  return payload + (payload < 65_536 ? 8 : 14);
}
