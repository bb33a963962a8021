import { HttpStatusError } from '../rest/errors.ts';
import type { Pause as CredentialPause } from '../rest/pause.ts';
import type { Clock } from './clock.ts';

const DEFAULT_PAUSE_MS = 5_000;
const MIN_PAUSE_MS = 1_000;

/** Pauses all polls of one credential after a 429, for longer than other requests, because polls can wait. */
export interface Pause {
  /** Milliseconds; 0 if not paused. */
  remainingMs(): number;
  /** Pauses if the error is a 429, for as long as `retry-after` says. */
  onError(error: unknown): void;
}

/** @param shared what holds back every request of the credential */
export function createPause(clock: Clock, shared: CredentialPause): Pause {
  let until = 0;
  return {
    remainingMs: () => Math.max(0, until - clock.now(), shared.remainingMs()),
    onError(error) {
      if (!(error instanceof HttpStatusError) || error.upstream.status !== 429) return;
      const ms = Math.max(error.retryAfterMs ?? DEFAULT_PAUSE_MS, MIN_PAUSE_MS);
      until = Math.max(until, clock.now() + ms);
    },
  };
}
