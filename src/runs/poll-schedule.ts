/** When a run is polled next. All times are in milliseconds. */

export const FIRST_DELAY_MS = 250;
export const MAX_DELAY_MS = 5_000;
const GROWTH = 1.5;
/** Such a run changes only when somebody submits or cancels. If that happens here, it wakes the poller. */
export const REQUIRES_ACTION_DELAY_MS = 5_000;
/** Maximum delay that upstream can ask for. */
export const MAX_HINT_MS = 30_000;

export interface PollSchedule {
  /**
   * The delay after a successful poll.
   *
   * @param hasChanged whether the poll found a change
   * @param hintMs the value of `openai-poll-after-ms`, which is the minimum delay
   */
  afterSuccess(status: string, hasChanged: boolean, hintMs: number | undefined): number;
  /** The delay after a failed poll. */
  afterFailure(): number;
  /** Goes back to the first delay. */
  restart(): void;
}

/** Delays start at 250 ms and grow to 5 s. A change restarts them. Unknown statuses are treated like `in_progress`. */
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

/** Parses `openai-poll-after-ms`. @returns milliseconds, or undefined if it is missing or invalid */
export function readPollHint(header: string | string[] | undefined): number | undefined {
  const hint = typeof header === 'string' && header !== '' ? Number(header) : Number.NaN;
  return Number.isFinite(hint) && hint >= 0 ? hint : undefined;
}
