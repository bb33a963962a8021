/** Time, as the local API sees it: passed in, so that a test may own it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms` milliseconds, or at once when `signal` aborts: whoever waits looks for itself why it woke. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** setTimeout takes a longer wait for none at all. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** The clock on the wall. A wait of nothing still lets the requests that came meanwhile go first. */
export function createSystemClock(): Clock {
  return {
    now: () => Date.now(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const wake = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const timer = ms > 0 ? setTimeout(wake, Math.min(ms, LONGEST_WAIT_MS)) : undefined;
        if (timer === undefined) setImmediate(wake);
        signal.addEventListener('abort', wake);
      }),
  };
}
