import type { Clock } from './clock.ts';

/** Who follows a run at the moment, and whether somebody did a moment ago. */
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

  /** Whether anyone follows more than the status. */
  get wantsContent(): boolean {
    return this.#contentCount > 0;
  }

  /** True until the grace time after the last has left is over. */
  get isPresent(): boolean {
    return this.#count > 0 || this.#clock.now() < this.#leftAt + this.#graceMs;
  }

  /** @returns leaves; to be called once */
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
