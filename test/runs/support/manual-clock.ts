import type { Clock } from '../../../src/runs/clock.ts';

interface Timer {
  readonly at: number;
  readonly ms: number;
  readonly callback: () => void;
}

/** A clock on which time passes when the test says so. */
export interface ManualClock extends Clock {
  /** Delays of the timers that are waiting, shortest first. */
  readonly waiting: readonly number[];
  /** Lets time pass, and calls what is due, in its order. */
  advance(ms: number): void;
  /** The delay of the next poll: waits until a timer of at most a minute is set, that is no deadline of a request. */
  nextPoll(): Promise<number>;
}

/** Deadlines of requests in tests, to tell their timers from those of polls. */
export const REQUEST_MS = 29_999;

export function createManualClock(start = Date.now()): ManualClock {
  let now = start;
  const timers = new Set<Timer>();
  const watching = new Set<() => void>();

  const isPoll = ({ ms }: Timer) => ms < 60_000 && ms !== REQUEST_MS;
  const clock: ManualClock = {
    now: () => now,
    schedule(ms, callback) {
      const timer = { at: now + ms, ms, callback };
      timers.add(timer);
      for (const look of watching) look();
      return () => timers.delete(timer);
    },
    get waiting() {
      return [...timers].map(({ at }) => at - now).sort((a, b) => a - b);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.callback();
      }
      now = end;
    },
    nextPoll: () =>
      new Promise((resolve) => {
        const look = () => {
          const poll = [...timers].find(isPoll);
          if (poll === undefined) return;
          watching.delete(look);
          resolve(poll.at - now);
        };
        watching.add(look);
        look();
      }),
  };
  return clock;
}
