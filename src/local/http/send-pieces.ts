import type { ServerResponse } from 'node:http';
import { setImmediate as afterOtherRequests } from 'node:timers/promises';
import type { Page, StoredObject } from '../store/page.ts';

/** The JSON of a list is sent in pieces of about this length, so that a long page holds up no other request. */
const PIECE_LENGTH = 256 * 1024;

/** A list as JSON. Its items are read and serialized one by one. */
export function* listPieces({ items, has_more }: Page<StoredObject>): Generator<string> {
  let piece = '{"object":"list","data":[';
  let first: string | null = null;
  let last: string | null = null;
  for (const item of items) {
    piece += (first === null ? '' : ',') + JSON.stringify(item);
    first ??= item.id;
    last = item.id;
    if (piece.length < PIECE_LENGTH) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}],${JSON.stringify({ first_id: first, last_id: last, has_more }).slice(1)}`;
}

/**
 * Sends a response piece by piece. Each is made when the client has read the one before, after requests that arrived in the
 * meantime. Resolves early if the client disconnects. Throws what making a piece throws.
 */
export async function sendPieces(
  response: ServerResponse,
  contentType: string,
  pieces: Iterable<string | Uint8Array>,
): Promise<void> {
  response.setHeader('content-type', contentType);
  let waiting: string | Uint8Array | undefined;
  for (const piece of pieces) {
    if (waiting !== undefined) {
      if (!response.write(waiting)) await drained(response);
      await afterOtherRequests();
    }
    if (response.destroyed) return;
    waiting = piece;
  }
  // The last piece, which is often the only one, goes out with its length.
  response.end(waiting);
}

/** Resolves when the client has read enough, or has disconnected. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.closed) return resolve();
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}
