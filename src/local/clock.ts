/** The source of time, passed in so that a test can control it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms` milliseconds or when `signal` aborts. It never rejects: the caller checks `signal`. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** setTimeout runs at once for a longer delay. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The system's clock. A sleep of 0 ms lets pending requests run first. */
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
        const timer = ms > 0 ? setTimeout(wake, Math.min(ms, MAX_TIMEOUT_MS)) : undefined;
        if (timer === undefined) setImmediate(wake);
        signal.addEventListener('abort', wake);
      }),
  };
}
