/** When a run is polled next. All times are in milliseconds. */

export const FIRST_DELAY_MS = 250;
export const MAX_DELAY_MS = 5_000;
const GROWTH = 1.5;
/** A run that requires action changes only when somebody submits or cancels, which mostly happens here and wakes the poll. */
export const REQUIRES_ACTION_DELAY_MS = 5_000;
/** No upstream may put a poll off for longer. */
export const MAX_HINT_MS = 30_000;

export interface PollSchedule {
  /**
   * The delay after a poll that succeeded.
   *
   * @param hasChanged whether it found anything new
   * @param hintMs what upstream sent in `openai-poll-after-ms`; the run is not polled sooner
   */
  afterSuccess(status: string, hasChanged: boolean, hintMs: number | undefined): number;
  /** The delay after a poll that failed. */
  afterFailure(): number;
  /** Starts anew with short delays. */
  restart(): void;
}

/** Starts at 250 ms and grows to 5 s; starts anew whenever something changes. Statuses that are not known are like any other. */
export function createPollSchedule(): PollSchedule {
  let delay = FIRST_DELAY_MS;
  const grown = () => {
    const present = delay;
    delay = Math.min(delay * GROWTH, MAX_DELAY_MS);
    return present;
  };
  const restart = () => {
    delay = FIRST_DELAY_MS;
  };
  return {
    afterSuccess(status, hasChanged, hintMs = 0) {
      if (hasChanged) restart();
      const own = status === 'requires_action' ? REQUIRES_ACTION_DELAY_MS : grown();
      return Math.max(own, Math.min(hintMs, MAX_HINT_MS));
    },
    afterFailure: grown,
    restart,
  };
}

/** `openai-poll-after-ms` as a number of milliseconds, if it is one. */
export function readPollHint(header: string | string[] | undefined): number | undefined {
  const hint = typeof header === 'string' && header !== '' ? Number(header) : Number.NaN;
  return Number.isFinite(hint) && hint >= 0 ? hint : undefined;
}
