import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { freeBytes, StorageError } from './storage-error.ts';

/** Follows what happens to the disk under an open database. */
export interface DiskWatch {
  /** From now on, these files must stay in place. Also checks them regularly, until `signal` aborts. */
  keep(names: readonly string[], signal: AbortSignal): void;
  /** To be called after each commit. Throws a {@link StorageError} if it went to a file that is gone. */
  committed(): void;
  /** To be called with each error of the disk. Logs when the disk is full, and once it has space again. */
  failed(error: StorageError): void;
}

export interface DiskWatchOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Called once when a file was deleted, moved or replaced. Whatever is written from then on is lost. */
  readonly onLost: (error: StorageError) => void;
}

/** How soon an idle server notices that a file is gone. A write notices at once. */
const CHECK_MS = 1_000;
const ENOUGH_BYTES = 1024 * 1024;

/** A watch that keeps no files yet. */
export function createDiskWatch({ dataDir, clock, log, onLost }: DiskWatchOptions): DiskWatch {
  const identify = (name: string) => statSync(join(dataDir, name), { throwIfNoEntry: false })?.ino;
  let kept: { readonly name: string; readonly inode: number | undefined }[] = [];
  let lost: StorageError | undefined;
  let isFull = false;

  function findLoss(): StorageError | undefined {
    const gone = lost === undefined ? kept.find(({ name, inode }) => identify(name) !== inode) : undefined;
    if (gone !== undefined) {
      const what = `its file '${gone.name}' was deleted, moved or replaced`;
      lost = new StorageError(
        'lost',
        `DATA_DIR ${dataDir} was changed while the server was running: ${what}.`,
      );
      onLost(lost);
    }
    return lost;
  }

  return {
    keep(names, signal) {
      kept = names.map((name) => ({ name, inode: identify(name) }));
      void (async () => {
        while (!signal.aborted && findLoss() === undefined) await clock.sleep(CHECK_MS, signal);
      })();
    },
    committed() {
      const loss = findLoss();
      if (loss !== undefined) throw loss;
      // On a full disk, a small write may still find a place.
      if (!isFull || freeBytes(dataDir) < ENOUGH_BYTES) return;
      isFull = false;
      log({ level: 'info', message: `DATA_DIR ${dataDir} has space again` });
    },
    failed(error) {
      if (isFull || error.problem !== 'full') return;
      isFull = true;
      log({
        level: 'error',
        message: `DATA_DIR ${dataDir} is full: nothing can be stored until it has space`,
      });
    },
  };
}
