export interface ResultStreamOptions<Result> {
  readonly toResult: (event: unknown, isFirst: boolean) => Promise<Result>;
  /** The last result, if the source fails. */
  readonly toFinalResult: (error: unknown) => Promise<Result>;
  /**
   * Sends a result. Fulfilled when the next one may be sent. If it is undefined, the consumer takes the results from the iterator,
   * which costs a thousand consumers of one event twice as much.
   */
  readonly deliver: ((result: Result) => Promise<void>) | undefined;
  /** Called when a result is taken from the iterator. */
  readonly onTake: (result: Result) => void;
  /** Called when the iterator is asked for a result: then those before it have been sent. */
  readonly onPull: () => void;
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
    const { toResult, toFinalResult, deliver, onTake, onPull } = this.#options;
    try {
      onPull();
      while (!this.#hasEnded) {
        const event = await this.#source.next();
        if (this.#hasEnded || event.done === true) break;
        const isFirst = this.#isFirst;
        this.#isFirst = false;
        const value = await toResult(event.value, isFirst);
        if (this.#hasEnded) break;
        if (deliver === undefined) {
          onTake(value);
          return { done: false, value };
        }
        await deliver(value);
      }
      return this.#end();
    } catch (error) {
      if (this.#hasEnded) return DONE;
      this.#end();
      return { done: false, value: await toFinalResult(error) };
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
