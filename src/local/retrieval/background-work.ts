import type { Clock } from '../clock.ts';

/** Work that goes on in the background as long as there is something to do. */
export interface BackgroundWork {
  /** Begins the work, or does it once more after what is going on: that may have passed what is new. */
  wake(): void;
  /** Aborts the signal of the work. Resolves once it has stopped. */
  close(): Promise<void>;
}

export interface BackgroundWorkDeps {
  readonly clock: Clock;
  /** Called with what the work throws. It begins again a moment later: the disk may have space by then. */
  readonly onError: (error: unknown) => void;
}

const PAUSE_AFTER_ERROR_MS = 1_000;

/** Does nothing before `wake` is called. */
export function createBackgroundWork(
  work: (signal: AbortSignal) => Promise<void>,
  { clock, onError }: BackgroundWorkDeps,
): BackgroundWork {
  const closing = new AbortController();
  const { signal } = closing;
  let isDue = false;
  let working: Promise<void> | undefined;

  async function workWhileDue(): Promise<void> {
    while (isDue && !signal.aborted) {
      isDue = false;
      try {
        await work(signal);
      } catch (error) {
        onError(error);
        await clock.sleep(PAUSE_AFTER_ERROR_MS, signal);
        isDue = true;
      }
    }
    working = undefined;
  }

  return {
    wake() {
      isDue = true;
      if (!signal.aborted) working ??= workWhileDue();
    },
    async close() {
      closing.abort();
      await working;
    },
  };
}
