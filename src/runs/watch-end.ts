import type { Run } from '../rest/wire/run.ts';
import type { Clock } from './clock.ts';

/** Upstream may change the status some time after `expires_at`. */
const MARGIN_MS = 10_000;
/** If our clock is ahead of upstream's, a live run seems to have expired. */
const MIN_WATCH_MS = 60_000;

/**
 * When to stop watching a run that does not end: shortly after its `expires_at`. Our clock and upstream's may differ, so this is at
 * least a minute after the run was first seen, and at most its lifetime (`expires_at` minus `created_at`) after that. Without
 * `expires_at`, and at the latest, it is `maxMs` after the run was first seen.
 */
export class WatchEnd {
  readonly #clock: Clock;
  readonly #latest: number;
  #expiresAt: number | null | undefined;
  #at: number;

  /** @param run as first seen */
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

  /** Applies a changed `expires_at`. */
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
