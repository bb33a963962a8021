import type { Clock } from './clock.ts';

/** Counts the followers of a run, and remembers when the last one left. */
export class Audience {
  readonly #clock: Clock;
  readonly #graceMs: number;
  #count = 0;
  #contentCount = 0;
  #leftAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, graceMs: number) {
    this.#clock = clock;
    this.#graceMs = graceMs;
  }

  get count(): number {
    return this.#count;
  }

  /** Whether any follower wants steps and messages, not only the status. */
  get wantsContent(): boolean {
    return this.#contentCount > 0;
  }

  /** True while there are followers, and for the grace period after the last one left. */
  get isPresent(): boolean {
    return this.#count > 0 || this.#clock.now() < this.#leftAt + this.#graceMs;
  }

  /** @returns a function to call once, when the follower leaves */
  join(wantsContent: boolean): () => void {
    this.#count++;
    if (wantsContent) this.#contentCount++;
    return () => {
      this.#count--;
      if (wantsContent) this.#contentCount--;
      this.#leftAt = this.#clock.now();
    };
  }
}
