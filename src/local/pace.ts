import { setImmediate as afterOtherRequests } from 'node:timers/promises';

/**
 * Lets runs and writes work in turn, and reads in between. A thousand of them can be due in the same millisecond, and each
 * takes an fsync.
 */
export interface Pace {
  /** Resolves when it is the caller's turn, which ends at its next `await`. */
  turn(): Promise<void>;
}

/** How long they work before requests that have arrived are read. */
const SLICE_MS = 5;

export function createPace(): Pace {
  let waiting: (() => void)[] = [];
  let isServing = false;

  async function serve(): Promise<void> {
    while (waiting.length > 0) {
      await afterOtherRequests();
      const queue = waiting;
      waiting = [];
      const end = performance.now() + SLICE_MS;
      let next = 0;
      while (next < queue.length && performance.now() < end) {
        queue[next]?.();
        next += 1;
        // What the caller does before its next `await` happens here.
        await undefined;
      }
      waiting = queue.slice(next).concat(waiting);
    }
    isServing = false;
  }

  return {
    turn: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        if (isServing) return;
        isServing = true;
        void serve();
      }),
  };
}
