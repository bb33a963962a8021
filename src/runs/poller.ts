import type { Clock } from './clock.ts';
import type { Pause } from './pause.ts';
import { createPollSchedule, FIRST_DELAY_MS } from './poll-schedule.ts';

/** The result of a poll. */
export interface PollResult {
  readonly status: string;
  readonly hasChanged: boolean;
  /** `openai-poll-after-ms`. */
  readonly hintMs: number | undefined;
}

export interface PollerOptions {
  readonly clock: Clock;
  readonly pause: Pause;
  /** Limits the number of polls in flight. */
  readonly inSlot: <T>(work: () => Promise<T>) => Promise<T>;
  /** Polls once. `isCurrent` becomes false if polling is stopped meanwhile; the result must be dropped then. */
  poll(isCurrent: () => boolean): Promise<PollResult>;
  /** Called when a poll has failed. @param failures how many have failed in a row */
  onFailure(error: unknown, failures: number): void;
  /** Polling stops once this is false. */
  isWanted(): boolean;
  /** Latest time of the next poll, in milliseconds since 1970. */
  endAt(): number;
  /** Called before each poll. */
  onPoll(): void;
}

/** Polls one run repeatedly. It has at most one timer, and none while a poll is in flight. */
export class Poller {
  readonly #options: PollerOptions;
  readonly #schedule = createPollSchedule();
  #cancelTimer: (() => void) | undefined;
  /** The next poll. Undefined while none is scheduled. */
  #due: { readonly at: number; readonly delay: number } | undefined;
  /** Incremented when polling stops, to drop the result of a poll in flight. */
  #generation = 0;
  #isRunning = false;
  #isWoken = false;
  #failures = 0;

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Starts polling, at once or after the delay for this status. Does nothing if it is running. */
  start(first: 'now' | { readonly status: string; readonly hintMs?: number | undefined }): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#failures = 0;
    this.#schedule.restart();
    this.#plan(first === 'now' ? 0 : this.#schedule.afterSuccess(first.status, false, first.hintMs));
  }

  /** Stops polling. The result of a poll in flight is dropped. */
  stop(): void {
    this.#isRunning = false;
    this.#generation++;
    this.#clear();
  }

  /** Schedules the next poll soon and restarts the delays. Does nothing if it is not running. */
  wake(): void {
    if (!this.#isRunning) return;
    this.#schedule.restart();
    this.#isWoken = true;
    if (this.#due !== undefined)
      this.#plan(Math.min(FIRST_DELAY_MS, this.#due.at - this.#options.clock.now()));
  }

  /** Polls now if at most half of the delay is left. */
  pollIfDueSoon(): void {
    if (this.#due === undefined) return;
    if (this.#due.at - this.#options.clock.now() <= this.#due.delay / 2) this.#onDue();
  }

  #plan(delayMs: number): void {
    const { clock, pause, endAt } = this.#options;
    const now = clock.now();
    const soonest = endAt() > now ? Math.min(delayMs, endAt() - now) : delayMs;
    const delay = Math.max(soonest, pause.remainingMs(), 0);
    this.#clear();
    this.#due = { at: now + delay, delay };
    this.#cancelTimer = clock.schedule(delay, () => this.#onDue());
  }

  #clear(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#due = undefined;
  }

  #onDue(): void {
    this.#clear();
    if (this.#options.isWanted()) {
      this.#options.onPoll();
      void this.#poll();
    } else {
      this.stop();
    }
  }

  async #poll(): Promise<void> {
    const generation = this.#generation;
    const isCurrent = () => generation === this.#generation;
    this.#isWoken = false;
    const delay = await this.#options.inSlot(() => this.#pollOnce(isCurrent));
    if (!isCurrent()) return;
    this.#plan(this.#isWoken ? Math.min(delay, FIRST_DELAY_MS) : delay);
  }

  /** @returns the delay until the next */
  async #pollOnce(isCurrent: () => boolean): Promise<number> {
    // Polls may have been paused while this one waited for a slot.
    const paused = this.#options.pause.remainingMs();
    if (paused > 0 || !isCurrent()) return paused;
    try {
      const { status, hasChanged, hintMs } = await this.#options.poll(isCurrent);
      this.#failures = 0;
      return this.#schedule.afterSuccess(status, hasChanged, hintMs);
    } catch (error) {
      if (isCurrent()) this.#options.onFailure(error, ++this.#failures);
      return this.#schedule.afterFailure();
    }
  }
}
