import type { RestError } from './errors.ts';

/** What requests need of an AbortSignal. */
export interface Signal {
  readonly aborted: boolean;
  /** Undefined until it is aborted. */
  readonly reason: RestError | undefined;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** An AbortController and its signal in one, and cheaper: each operation needs two, and each read one. */
export class Cancellation implements Signal {
  /** Undefined while there are none. */
  #listeners: Set<() => void> | undefined;
  #reason: RestError | undefined;

  get aborted(): boolean {
    return this.#reason !== undefined;
  }

  get reason(): RestError | undefined {
    return this.#reason;
  }

  /** Only the first call has an effect. */
  abort(reason: RestError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    const listeners = this.#listeners ?? [];
    this.#listeners = undefined;
    for (const listener of listeners) listener();
  }

  /** Is aborted when `other` is, with its reason. @returns what ends that */
  follow(other: Signal): () => void {
    const onAbort = () => {
      if (other.reason !== undefined) this.abort(other.reason);
    };
    onAbort();
    other.addEventListener('abort', onAbort);
    return () => other.removeEventListener('abort', onAbort);
  }

  addEventListener(_: 'abort', listener: () => void): void {
    if (this.#reason !== undefined) return;
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    this.#listeners?.delete(listener);
  }
}
