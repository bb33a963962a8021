import type { ServerResponse } from 'node:http';

/** The responses that are event streams. One that ends in order tells its client that the subscription has completed. */
export class EventStreams {
  readonly #responses = new Set<ServerResponse>();
  #isBroken = false;

  /** To be called before the response begins. */
  add(response: ServerResponse): void {
    this.#responses.add(response);
    // All that follows the response listens, and yoga several times.
    response.setMaxListeners(0);
    response.once('close', () => this.#responses.delete(response));
    if (this.#isBroken) response.destroy();
  }

  /** Breaks all connections, now and from here on, so that the clients reconnect. */
  break(): void {
    this.#isBroken = true;
    for (const response of this.#responses) response.destroy();
  }
}
