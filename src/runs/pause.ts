import { HttpStatusError } from '../rest/errors.ts';
import type { Clock } from './clock.ts';

const DEFAULT_PAUSE_MS = 5_000;
const MIN_PAUSE_MS = 1_000;
/** Maximum pause, whatever `retry-after` says. */
export const MAX_PAUSE_MS = 60_000;

/** Pauses all polls of one credential after a 429, because rate limits apply to the whole account. */
export interface Pause {
  /** Milliseconds; 0 if not paused. */
  remainingMs(): number;
  /** Pauses if the error is a 429, for as long as `retry-after` says, within limits. */
  onError(error: unknown): void;
}

export function createPause(clock: Clock): Pause {
  let until = 0;
  return {
    remainingMs: () => Math.max(0, until - clock.now()),
    onError(error) {
      if (!(error instanceof HttpStatusError) || error.upstream.status !== 429) return;
      const ms = Math.max(error.retryAfterMs ?? DEFAULT_PAUSE_MS, MIN_PAUSE_MS);
      until = Math.max(until, clock.now() + Math.min(ms, MAX_PAUSE_MS));
    },
  };
}
