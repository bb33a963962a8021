import type { ServerResponse } from 'node:http';
import type { RunSubscriber } from '../engine/run-events.ts';

/** A client with more unread bytes than this is disconnected. It can read back what it missed with ordinary GETs. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;

/** Writes the events of a run to a response as server-sent events. Never waits for the client to read them. */
export function createEventStream(response: ServerResponse): RunSubscriber {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.flushHeaders();
  return {
    send({ name, data }) {
      if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
      else response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    end(complete) {
      response.end(complete ? 'event: done\ndata: [DONE]\n\n' : '');
    },
  };
}
