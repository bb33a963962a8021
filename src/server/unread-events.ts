import type { ServerResponse } from 'node:http';
import type { InTransit } from './in-transit.ts';
import type { SerializedResult } from './serialize-result.ts';

/** Counts the events of one event stream that the client has not read. */
export interface UnreadEvents {
  /** An event is about to be written. */
  add(event: SerializedResult): void;
  /** The events so far have been taken to be written. */
  taken(): void;
}

/** @param response undefined on a WebSocket, which counts its messages itself */
export function countUnreadEvents(responses: InTransit, response: ServerResponse | undefined): UnreadEvents {
  if (response === undefined) return { add: () => {}, taken: () => {} };
  const unread = responses.begin(() => response.destroy());
  const update = () => unread.set(Math.min(response.writableLength, unread.bytes));
  response.on('drain', update).once('close', unread.end);
  return {
    add: ({ text }) => unread.set(unread.bytes + text.bytes),
    taken() {
      // By then they have been written to the response, which may have to wait for the client.
      if (unread.bytes > 0) setImmediate(update);
    },
  };
}
