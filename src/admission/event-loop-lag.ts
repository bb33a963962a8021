/** Whether the event loop is so late that further work would make everybody late. */
export interface EventLoopLag {
  readonly isTooHigh: boolean;
  close(): void;
}

export interface EventLoopLagOptions {
  readonly maxMs: number;
  /** Milliseconds, never going backwards. By default the system's. */
  readonly now?: () => number;
  /** Calls `tick` again and again. @returns ends that. By default a timer */
  readonly every?: (ms: number, tick: () => void) => () => void;
}

const INTERVAL_MS = 100;
/** The weight of the latest measurement. A pause of the garbage collector is not an overload. */
const WEIGHT = 0.3;
/** It is no longer too high below this part of the maximum, so that it does not change back and forth. */
const RELEASE = 0.5;

/** Measures how late a timer is, as a moving average. */
export function measureEventLoopLag({ maxMs, now, every }: EventLoopLagOptions): EventLoopLag {
  const time = now ?? (() => performance.now());
  let [lagMs, isTooHigh, last] = [0, false, time()];
  const stop = (every ?? systemTimer)(INTERVAL_MS, () => {
    const late = Math.max(0, time() - last - INTERVAL_MS);
    last = time();
    lagMs += (late - lagMs) * WEIGHT;
    isTooHigh = lagMs > maxMs * (isTooHigh ? RELEASE : 1);
  });
  return {
    get isTooHigh() {
      return isTooHigh;
    },
    close: stop,
  };
}

function systemTimer(ms: number, tick: () => void): () => void {
  const timer = setInterval(tick, ms).unref();
  return () => clearInterval(timer);
}
