/** What a client library shows at the moment, for tests that wait until it shows something else. */
export class Latest<Value> {
  #value: { readonly value: Value } | undefined;
  readonly #observers = new Set<(value: Value) => void>();

  /** To be called with each value that is shown. */
  readonly show = (value: Value): void => {
    this.#value = { value };
    for (const observe of this.#observers) observe(value);
  };

  /** The first value that fulfills the condition: the one shown now, or a later one. */
  until(isTrue: (value: Value) => boolean): Promise<Value> {
    return new Promise((resolve) => {
      const observe = (value: Value) => {
        if (!isTrue(value)) return;
        this.#observers.delete(observe);
        resolve(value);
      };
      this.#observers.add(observe);
      if (this.#value !== undefined) observe(this.#value.value);
    });
  }
}
