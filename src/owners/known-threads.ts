/** Threads whose owner is known, so that an operation on one needs no read of it. */
export interface KnownThreads {
  has(threadId: string): boolean;
  add(threadId: string): void;
  delete(threadId: string): void;
}

/** An entry takes about 300 bytes. */
const MAX_ENTRIES = 20_000;
/** How long a change of the owner, which only the upstream's other clients can make, may go unnoticed. */
const TTL_MS = 300_000;

/** What is known for all principals, within a bound: the entries that were not used for longest are forgotten. */
export class KnownOwners {
  readonly #knownAt = new Map<string, number>();
  readonly #now: () => number;

  /** @param now in milliseconds, never going backwards */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * The threads of one principal. Nothing is known of other threads: a thread of somebody else is read each time, as one is that
   * does not exist.
   */
  of(principalId: string): KnownThreads {
    const keyOf = (threadId: string) => `${principalId} ${threadId}`;
    return {
      has: (threadId) => this.#has(keyOf(threadId)),
      add: (threadId) => this.#set(keyOf(threadId), this.#now()),
      delete: (threadId) => void this.#knownAt.delete(keyOf(threadId)),
    };
  }

  #has(key: string): boolean {
    const at = this.#knownAt.get(key);
    if (at === undefined) return false;
    this.#knownAt.delete(key);
    if (this.#now() - at > TTL_MS) return false;
    this.#knownAt.set(key, at);
    return true;
  }

  #set(key: string, at: number): void {
    this.#knownAt.delete(key);
    this.#knownAt.set(key, at);
    const [oldest] = this.#knownAt.keys();
    if (this.#knownAt.size > MAX_ENTRIES && oldest !== undefined) this.#knownAt.delete(oldest);
  }
}
