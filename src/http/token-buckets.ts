const MINUTE_MS = 60_000;
/** Clients can make up keys, so their number is bounded. The key that was used least recently is forgotten first. */
const MAX_KEYS = 10_000;

/** Limits how much each key may use in a minute. At first it may use all of it at once; what it has used comes back steadily. */
export class TokenBuckets {
  readonly #perMinute: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, { readonly left: number; readonly at: number }>();

  /** @param now milliseconds */
  constructor(perMinute: number, now: () => number) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** How much a key may use now. Negative if it has used more than it may. */
  left(key: string): number {
    const last = this.#buckets.get(key);
    if (last === undefined) return this.#perMinute;
    const now = this.#now();
    if (now < last.at) {
      // The clock was set back.
      this.#buckets.set(key, { left: last.left, at: now });
      return last.left;
    }
    return Math.min(this.#perMinute, last.left + ((now - last.at) * this.#perMinute) / MINUTE_MS);
  }

  /** Takes one, even if there is none left. */
  take(key: string): void {
    const left = this.left(key) - 1;
    this.#buckets.delete(key);
    this.#buckets.set(key, { left, at: this.#now() });
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= MAX_KEYS) break;
      this.#buckets.delete(oldest);
    }
  }

  /** Milliseconds until the key may use `count`. */
  msUntil(key: string, count: number): number {
    return Math.max(0, Math.ceil(((count - this.left(key)) * MINUTE_MS) / this.#perMinute));
  }
}
