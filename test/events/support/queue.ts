/** Items that come one by one, for a test that waits for the next. */
export class Queue<Item> {
  readonly #items: { readonly item: Item }[] = [];
  readonly #waiting: ((item: Item) => void)[] = [];

  /** Number of items that nobody has taken. */
  get size(): number {
    return this.#items.length;
  }

  add(item: Item): void {
    const take = this.#waiting.shift();
    if (take === undefined) this.#items.push({ item });
    else take(item);
  }

  next(): Promise<Item> {
    const first = this.#items.shift();
    return first === undefined
      ? new Promise((resolve) => this.#waiting.push(resolve))
      : Promise.resolve(first.item);
  }
}
