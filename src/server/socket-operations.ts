interface SocketOperation {
  readonly controller: AbortController;
  isSubscription: boolean;
  readonly onFinish: () => void;
}

/** The operations under way on one WebSocket, each with a signal that is aborted when the client no longer wants it. */
export class SocketOperations {
  readonly #running = new Map<string, SocketOperation>();
  /** Completed by the client, but not finished: a write was sent, or an event is being read. */
  readonly #ending = new Map<string, SocketOperation>();
  #begun: string | undefined;
  #onDrained: (() => void) | undefined;

  /** Operations under way. Those that the client has completed count until they have finished, except subscriptions: they end at once. */
  get count(): number {
    const ending = [...this.#ending.values()].filter(({ isSubscription }) => !isSubscription);
    return this.#running.size + ending.length;
  }

  get hasEnding(): boolean {
    return this.#ending.size > 0;
  }

  isEnding(id: string): boolean {
    return this.#ending.has(id);
  }

  /** @param onFinish called when nothing happens in the operation any more */
  begin(id: string, onFinish: () => void): AbortSignal {
    const controller = new AbortController();
    this.#running.set(id, { controller, isSubscription: false, onFinish });
    this.#begun = id;
    return controller.signal;
  }

  /** The ID of the operation that has begun since the last call, if one has. */
  takeBegun(): string | undefined {
    const id = this.#begun;
    this.#begun = undefined;
    return id;
  }

  markSubscription(id: string): void {
    const operation = this.#running.get(id);
    if (operation !== undefined) operation.isSubscription = true;
    this.#reportDrained();
  }

  /** Ends the operations that the client has completed. */
  keepOnly(isWanted: (id: string) => boolean): void {
    for (const id of [...this.#running.keys()]) if (!isWanted(id)) this.#end(id);
  }

  /** The client has left. */
  endAll(): void {
    this.keepOnly(() => false);
  }

  /** Nothing happens in the operation any more. */
  finish(id: string): void {
    this.#end(id);
    this.#ending.get(id)?.onFinish();
    this.#ending.delete(id);
  }

  /** Fulfilled once the client waits for no query and no mutation. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDrained = resolve;
      this.#reportDrained();
    });
  }

  #end(id: string): void {
    const operation = this.#running.get(id);
    if (operation === undefined) return;
    this.#running.delete(id);
    this.#ending.set(id, operation);
    operation.controller.abort();
    this.#reportDrained();
  }

  #reportDrained(): void {
    if ([...this.#running.values()].every(({ isSubscription }) => isSubscription)) this.#onDrained?.();
  }
}
