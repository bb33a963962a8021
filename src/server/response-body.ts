/** How the text of a result is sent: short ones at once, long ones piece by piece, as fast as the client reads. */
import type { ServerResponse } from 'node:http';
import { type InTransit, TooManyBytesError, type Transfer } from './in-transit.ts';
import type { JsonText } from './json-writer.ts';

/** All connections together have 20 MB of them at most. */
const NEGLIGIBLE_BYTES = 4096;

export function isLong({ pieces }: JsonText): boolean {
  return pieces.length > 1;
}

/** Counts a long response until the client has read it. @throws TooManyBytesError */
export function beginResponse(response: ServerResponse, { bytes }: JsonText, responses: InTransit): Transfer {
  const transfer = responses.begin(() => response.destroy());
  response.once('close', transfer.end);
  transfer.set(bytes);
  return transfer;
}

/** The pieces of a long response. Each is counted until it is taken. */
export function* piecesOf({ pieces }: JsonText, transfer: Transfer): Generator<Buffer, void> {
  const unsent = pieces.toReversed();
  for (let piece = unsent.pop(); piece !== undefined; piece = unsent.pop()) {
    const bytes = Buffer.from(piece);
    transfer.set(transfer.bytes - bytes.length);
    yield bytes;
  }
}

/** Counts a short response that is written, until the client has read it. It is sent at once unless the client is slow. */
export function countUnsent(response: ServerResponse, text: JsonText, responses: InTransit): void {
  if (text.bytes <= NEGLIGIBLE_BYTES || response.closed || response.writableLength === 0) return;
  try {
    beginResponse(response, text, responses);
  } catch (error) {
    if (!(error instanceof TooManyBytesError)) throw error;
    response.destroy();
  }
}
