interface SocketOperation {
  readonly controller: AbortController;
  isSubscription: boolean;
}

/** The operations under way on one WebSocket, each with a signal that is aborted when the client no longer wants it. */
export class SocketOperations {
  readonly #operations = new Map<string, SocketOperation>();
  #onDrained: (() => void) | undefined;

  begin(id: string): AbortSignal {
    const controller = new AbortController();
    this.#operations.set(id, { controller, isSubscription: false });
    return controller.signal;
  }

  markSubscription(id: string): void {
    const operation = this.#operations.get(id);
    if (operation !== undefined) operation.isSubscription = true;
    this.#reportDrained();
  }

  end(id: string): void {
    this.#operations.get(id)?.controller.abort();
    this.#operations.delete(id);
    this.#reportDrained();
  }

  /** Ends the operations that the client has completed. */
  keepOnly(isWanted: (id: string) => boolean): void {
    for (const id of this.#operations.keys()) if (!isWanted(id)) this.end(id);
  }

  endAll(): void {
    for (const id of this.#operations.keys()) this.end(id);
  }

  /** Fulfilled once no query and no mutation is under way. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDrained = resolve;
      this.#reportDrained();
    });
  }

  #reportDrained(): void {
    if ([...this.#operations.values()].every(({ isSubscription }) => isSubscription)) this.#onDrained?.();
  }
}
