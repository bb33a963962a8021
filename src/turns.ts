/** Divides the execution of large operations into turns of the event loop, so that others do not wait until it is done. */

/** What one operation does of the work. */
export interface Share {
  /** Work so far, in fields of the response. */
  readonly done: number;
  /**
   * Adds work.
   *
   * @returns undefined if it may be done at once; else a promise that is fulfilled in a later turn, when it may
   */
  add(work: number): Promise<void> | undefined;
}

/** Work of a turn, in fields: some 5 ms. */
export const TURN_WORK = 2_500;

interface OpenShare extends Share {
  done: number;
  readonly waiting: Set<{ readonly work: number; readonly start: () => void }>;
}

export class Turns {
  /** Operations with work that waits. */
  readonly #waiting = new Set<OpenShare>();
  /** Work in the present turn that did not wait. */
  #work = 0;
  #isNextPlanned = false;

  open(): Share {
    const share: OpenShare = { done: 0, waiting: new Set(), add: (work) => this.#add(share, work) };
    return share;
  }

  #add(share: OpenShare, work: number): Promise<void> | undefined {
    this.#planNext();
    if (this.#work > 0 && this.#work + work > TURN_WORK) {
      this.#waiting.add(share);
      return new Promise((start) => share.waiting.add({ work, start }));
    }
    this.#work += work;
    share.done += work;
    return undefined;
  }

  #planNext(): void {
    if (this.#isNextPlanned) return;
    this.#isNextPlanned = true;
    setImmediate(() => {
      this.#isNextPlanned = false;
      this.#work = 0;
      this.#start(TURN_WORK);
    });
  }

  /** Starts work that has waited, of the operation that has done least: a large one does not hold up small ones. */
  #start(room: number): void {
    if (this.#waiting.size === 0) return;
    const share = [...this.#waiting].reduce((least, each) => (each.done < least.done ? each : least));
    const [next] = share.waiting;
    if (next === undefined) return;
    share.waiting.delete(next);
    if (share.waiting.size === 0) this.#waiting.delete(share);
    share.done += next.work;
    next.start();
    const left = room - next.work;
    // After all that follows from it.
    if (left > 0) queueMicrotask(() => process.nextTick(() => this.#start(left)));
    else this.#planNext();
  }
}
