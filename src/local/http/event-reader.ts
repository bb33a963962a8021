import type { ServerResponse } from 'node:http';
import type { EventReader } from '../engine/run-events.ts';

/** A reader this far behind is let go: it can read back what it missed, and must not fill our memory. */
const MOST_BYTES_UNREAD = 32 * 1024 * 1024;

/** Writes a run's events as server-sent events. Never waits for the reader. */
export function createEventReader(response: ServerResponse): EventReader {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.flushHeaders();
  return {
    send({ name, data }) {
      if (response.writableLength > MOST_BYTES_UNREAD) response.destroy();
      else response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    end(complete) {
      response.end(complete ? 'event: done\ndata: [DONE]\n\n' : '');
    },
  };
}
