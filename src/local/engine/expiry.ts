import type { Clock } from '../clock.ts';
import type { RunObject } from '../objects.ts';
import type { Store } from '../store/store.ts';

export interface ExpiryDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Seconds from a run's creation until it expires. */
  readonly expiresAfterS: number;
}

/** How often a live run's `expires_at` is compared with the clock: it may be set back or forward at any time. */
const CLOCK_CHECK_MS = 60_000;

/** Whether a live run has reached its `expires_at`. */
export function isExpired(clock: Clock, run: RunObject): boolean {
  return untilExpiry(clock, run) <= 0;
}

/** Resolves once the run has expired, its expiry is too far ahead, or `signal` aborts. */
export async function watchExpiry(deps: ExpiryDeps, run: RunObject, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !isExpired(deps.clock, run) && !isTooFarAhead(deps, run)) {
    await deps.clock.sleep(Math.min(untilExpiry(deps.clock, run), CLOCK_CHECK_MS), signal);
  }
}

/**
 * The run, with an `expires_at` that is at most `expiresAfterS` ahead. A run created while the clock was wrong by years
 * would otherwise hold its thread for years. Durable when this returns.
 */
export function limitExpiry(deps: ExpiryDeps, run: RunObject): RunObject {
  if (!isTooFarAhead(deps, run)) return run;
  const limited = { ...run, expires_at: deps.store.seconds() + deps.expiresAfterS };
  deps.store.runs.replace(limited);
  return limited;
}

function untilExpiry(clock: Clock, run: RunObject): number {
  return (run.expires_at ?? 0) * 1000 - clock.now();
}

function isTooFarAhead({ store, expiresAfterS }: ExpiryDeps, run: RunObject): boolean {
  return (run.expires_at ?? 0) > store.seconds() + expiresAfterS;
}
