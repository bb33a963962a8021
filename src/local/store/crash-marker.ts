import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** Longer than an id. The file always has this size, so that a full disk cannot get in the way. */
const SIZE = 64;

/**
 * Remembers on disk which run is being worked on, so that after the process has died or hung over a run, the next one knows
 * which it was. Nothing is synced: what a process wrote survives its death, and a power failure is no fault of a run.
 */
export interface CrashMarker {
  /** The run that the previous process was working on when it died, if any. It is forgotten. */
  takeCrashedRun(): string | undefined;
  /** Marks a run while `work` runs: until it returns, or until its first `await`. */
  during<Result>(runId: string, work: () => Result): Result;
  close(): void;
}

/** Opens the marker in an existing file. */
export function openCrashMarker(path: string): CrashMarker {
  const file = openSync(path, 'r+');
  const write = (runId: string) => writeSync(file, runId.padEnd(SIZE), 0);
  return {
    takeCrashedRun() {
      const runId = readFileSync(path, 'utf8').trim();
      write('');
      return runId === '' ? undefined : runId;
    },
    during(runId, work) {
      write(runId);
      try {
        return work();
      } finally {
        write('');
      }
    },
    close: () => closeSync(file),
  };
}
