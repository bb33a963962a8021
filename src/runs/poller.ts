import type { Clock } from './clock.ts';
import type { Pause } from './pause.ts';
import { createPollSchedule, FIRST_DELAY_MS } from './poll-schedule.ts';

/** What a poll found. */
export interface PollResult {
  readonly status: string;
  readonly hasChanged: boolean;
  /** `openai-poll-after-ms`. */
  readonly hintMs: number | undefined;
}

export interface PollerOptions {
  readonly clock: Clock;
  readonly pause: Pause;
  /** Runs a poll when there is room for one. */
  readonly inSlot: <T>(work: () => Promise<T>) => Promise<T>;
  /** Polls once. `isCurrent` tells whether the result still counts, or polling was stopped meanwhile. */
  poll(isCurrent: () => boolean): Promise<PollResult>;
  /** Told of a poll that failed, and how many have failed in a row. Stops polling if nothing is to be expected any more. */
  onFailure(error: unknown, failures: number): void;
  /** Whether anybody still wants to know. */
  isWanted(): boolean;
  /** When the last poll is due, in milliseconds since 1970. */
  endAt(): number;
  /** Called before each poll, for others that are due soon. */
  onPoll(): void;
}

/** Decides when one run is polled. Holds one timer while it runs and no poll is in flight. */
export class Poller {
  readonly #options: PollerOptions;
  readonly #schedule = createPollSchedule();
  #cancelTimer: (() => void) | undefined;
  /** Undefined while nothing is scheduled. */
  #due: { readonly at: number; readonly delay: number } | undefined;
  /** Grows whenever polling stops: what a poll from before finds does not count. */
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

  /** Starts to poll, now or as after a poll that found this status. Does nothing while it runs. */
  start(first: 'now' | { readonly status: string; readonly hintMs?: number | undefined }): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#failures = 0;
    this.#schedule.restart();
    this.#plan(first === 'now' ? 0 : this.#schedule.afterSuccess(first.status, false, first.hintMs));
  }

  /** Stops at once. The result of a poll in flight is dropped. */
  stop(): void {
    this.#isRunning = false;
    this.#generation++;
    this.#clear();
  }

  /** Polls soon, and often at first: something was changed. Does nothing unless it runs. */
  wake(): void {
    if (!this.#isRunning) return;
    this.#schedule.restart();
    this.#isWoken = true;
    if (this.#due !== undefined)
      this.#plan(Math.min(FIRST_DELAY_MS, this.#due.at - this.#options.clock.now()));
  }

  /** Polls now instead of in up to half its delay. */
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
    // While this waited for a slot, another run may have been told to slow down.
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
