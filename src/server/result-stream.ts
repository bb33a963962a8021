export interface ResultStreamOptions<Result> {
  readonly toResult: (event: unknown, isFirst: boolean) => Promise<Result>;
  /** Called when a result is asked for: then those before it have been sent. */
  readonly onPull: () => void;
  /** The last result, if the source fails. */
  readonly toFinalResult: (error: unknown) => Promise<Result>;
  /** Called once: when the source ends or the consumer leaves. */
  readonly onEnd: () => void;
}

/**
 * The results of a subscription, one for each event of its source. An async generator would do, but for one thing: its
 * `return` waits for a pending `next`, and here a client that leaves must free everything at once.
 */
export class ResultStream<Result> implements AsyncIterableIterator<Result> {
  readonly #source: AsyncIterator<unknown>;
  readonly #options: ResultStreamOptions<Result>;
  #isFirst = true;
  #hasEnded = false;

  constructor(source: AsyncIterable<unknown>, options: ResultStreamOptions<Result>) {
    this.#source = source[Symbol.asyncIterator]();
    this.#options = options;
  }

  async next(): Promise<IteratorResult<Result, undefined>> {
    if (this.#hasEnded) return DONE;
    this.#options.onPull();
    try {
      const event = await this.#source.next();
      if (this.#hasEnded || event.done === true) return this.#end();
      const isFirst = this.#isFirst;
      this.#isFirst = false;
      const value = await this.#options.toResult(event.value, isFirst);
      return this.#hasEnded ? DONE : { done: false, value };
    } catch (error) {
      if (this.#hasEnded) return DONE;
      this.#end();
      return { done: false, value: await this.#options.toFinalResult(error) };
    }
  }

  async return(): Promise<IteratorResult<Result, undefined>> {
    this.#end();
    await this.#source.return?.();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(): IteratorResult<Result, undefined> {
    if (!this.#hasEnded) this.#options.onEnd();
    this.#hasEnded = true;
    return DONE;
  }
}

const DONE = { done: true, value: undefined } as const;
