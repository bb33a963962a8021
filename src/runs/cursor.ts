import { createHash } from 'node:crypto';
import { InvalidCursorError } from './errors.ts';
import type { RunIds } from './runs.ts';

/** A place in the log of one run. */
export interface Cursor {
  /** Identifies the log: sequence numbers of different epochs are unrelated. */
  readonly epoch: string;
  readonly sequence: number;
}

/** Bytes of the hash of the run, of the epoch, and of the sequence. Multiples of three make base64 without padding. */
const RUN_BYTES = 9;
const EPOCH_BYTES = 6;
const SEQUENCE_BYTES = 6;
const RUN_LENGTH = (RUN_BYTES / 3) * 4;
const EPOCH_LENGTH = (EPOCH_BYTES / 3) * 4;
const PATTERN = /^[\w-]{28}$/;

/** The first characters of all cursors of a run. */
export function cursorPrefix({ thread_id, run_id }: RunIds): string {
  const hash = createHash('sha256').update(`${thread_id}/${run_id}`).digest();
  return hash.subarray(0, RUN_BYTES).toString('base64url');
}

/** @param random at least six bytes */
export function createEpoch(random: Buffer): string {
  return random.subarray(0, EPOCH_BYTES).toString('base64url');
}

/** @param prefix see cursorPrefix @returns 28 characters of base64url */
export function encodeCursor(prefix: string, { epoch, sequence }: Cursor): string {
  const bytes = Buffer.alloc(SEQUENCE_BYTES);
  bytes.writeUIntBE(sequence, 0, SEQUENCE_BYTES);
  return prefix + epoch + bytes.toString('base64url');
}

/** @throws InvalidCursorError unless this is a cursor of the run */
export function decodeCursor(ids: RunIds, cursor: string): Cursor {
  if (!PATTERN.test(cursor) || !cursor.startsWith(cursorPrefix(ids))) throw new InvalidCursorError();
  const sequence = Buffer.from(cursor.slice(RUN_LENGTH + EPOCH_LENGTH), 'base64url');
  return {
    epoch: cursor.slice(RUN_LENGTH, RUN_LENGTH + EPOCH_LENGTH),
    sequence: sequence.readUIntBE(0, SEQUENCE_BYTES),
  };
}
