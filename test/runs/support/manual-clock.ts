import type { Clock } from '../../../src/runs/clock.ts';

interface Timer {
  readonly at: number;
  readonly ms: number;
  readonly callback: () => void;
}

/** A clock that the test controls. */
export interface ManualClock extends Clock {
  /** Remaining times of all timers, shortest first. */
  readonly waiting: readonly number[];
  /** Advances the time, and calls the timers that are due, in order. */
  advance(ms: number): void;
  /** Waits until a poll is scheduled. @returns its delay */
  nextPoll(): Promise<number>;
}

/** Deadline of requests in tests. Identifies their timers. */
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

/** Polls until watching ends. @returns the seconds that this takes */
export async function pollToTheEnd(clock: ManualClock, all: Promise<unknown>): Promise<number> {
  const start = clock.now();
  let hasEnded = false;
  const end = all.then(() => {
    hasEnded = true;
  });
  while (!hasEnded) {
    const delay = await Promise.race([clock.nextPoll(), end]);
    if (delay !== undefined) clock.advance(delay);
  }
  return Math.round((clock.now() - start) / 1000);
}
