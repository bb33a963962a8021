import type { Run } from '../rest/wire/run.ts';
import type { Clock } from './clock.ts';

/** Upstream expires a run some time after its `expires_at`, and only then shows that. */
const MARGIN_MS = 10_000;
/** If our clock is ahead of upstream's, a run seems to have expired while it is still live. */
const MIN_WATCH_MS = 60_000;

/**
 * When to stop watching a run that does not end: a moment after its `expires_at`. The clocks may differ, so it is at least a
 * minute after the run was first seen, and at most the lifetime that upstream gave the run. Without `expires_at`, and at the
 * latest, it is `maxMs` after the run was first seen.
 */
export class WatchEnd {
  readonly #clock: Clock;
  readonly #latest: number;
  #expiresAt: number | null | undefined;
  #at: number;

  /** @param run as it is first seen */
  constructor(clock: Clock, maxMs: number, run: Run) {
    this.#clock = clock;
    this.#latest = clock.now() + maxMs;
    this.#at = this.#latest;
    this.update(run);
  }

  /** Milliseconds since 1970. */
  get at(): number {
    return this.#at;
  }

  get leftMs(): number {
    return Math.max(0, this.#at - this.#clock.now());
  }

  get isOver(): boolean {
    return this.#clock.now() >= this.#at;
  }

  /** Takes note of an `expires_at` that has changed. */
  update({ created_at, expires_at }: Run): void {
    if (expires_at === this.#expiresAt) return;
    this.#expiresAt = expires_at;
    if (expires_at === null) {
      this.#at = this.#latest;
      return;
    }
    const now = this.#clock.now();
    const lifetime = Math.max((expires_at - created_at) * 1000, MIN_WATCH_MS);
    const left = Math.max(expires_at * 1000 - now, MIN_WATCH_MS);
    this.#at = Math.min(now + Math.min(left, lifetime) + MARGIN_MS, this.#latest);
  }
}
