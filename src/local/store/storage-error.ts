import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';

/** Why the data directory cannot be written. */
export type StorageProblem = 'full' | 'lost' | 'broken';

/** The data directory cannot be written. What was to be stored is not, or it is lost. */
export class StorageError extends Error {
  override name = 'StorageError';
  readonly problem: StorageProblem;

  constructor(problem: StorageProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

/** The driver's codes for a disk that is damaged, disconnected, read-only, or has no space for a file beside the database. */
const BROKEN = /^SQLITE_(IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB)/;
/** SQLite's shared memory needs 32 KiB. */
const NO_SPACE_BYTES = 64 * 1024;

/** The driver's error, as a {@link StorageError} if it is about the disk on which the database at `path` is. */
export function toStorageError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const isBroken = BROKEN.test(String(error.code));
  if (error.code === 'SQLITE_FULL' || (isBroken && freeBytes(dirname(path)) < NO_SPACE_BYTES)) {
    return new StorageError('full', 'the disk is full', { cause: error });
  }
  return isBroken ? new StorageError('broken', error.message, { cause: error }) : error;
}

/** How much can be written to the disk of a directory. Infinite if that is not known. */
export function freeBytes(directory: string): number {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
