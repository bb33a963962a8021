import type { ReadSharing } from '../rest/client.ts';
import { AbortedError } from '../rest/errors.ts';
import { orAborted } from '../rest/or-aborted.ts';

/** A read in flight, and the number of operations waiting for it. */
interface Flight {
  readonly response: Promise<unknown>;
  readonly controller: AbortController;
  readonly scope: string;
  waiting: number;
  isOver: boolean;
}

/**
 * Lets identical reads of different operations share one request while it is in flight; nothing is kept afterwards. Each
 * waiter has its own deadline, and the request is aborted once no waiter is left.
 *
 * A write to a thread or an assistant begins a new epoch there when it starts and again when it ends, successful or not:
 * no operation joins a read from before it. One instance serves a process; the guarantee does not extend to others.
 */
export class SharedReads implements ReadSharing {
  readonly #flights = new Map<string, Flight>();

  async read<T>(
    { principal, path }: { principal: string; path: string },
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const key = `${principal} ${path}`;
    const flight = this.#flights.get(key) ?? this.#start(key, scopeOf(path), start);
    flight.waiting++;
    try {
      // Equal keys mean equal paths, and so results of the same type.
      return (await orAborted(flight.response, signal)) as T;
    } finally {
      flight.waiting--;
      if (flight.waiting === 0) this.#release(key, flight, signal);
    }
  }

  beginEpoch(path: string): void {
    const written = scopeOf(path);
    for (const [key, { scope }] of this.#flights) {
      if (written === scope || written.startsWith(`${scope}/`)) this.#flights.delete(key);
    }
  }

  #start(key: string, scope: string, start: (signal: AbortSignal) => Promise<unknown>): Flight {
    const controller = new AbortController();
    const flight = { response: start(controller.signal), controller, scope, waiting: 0, isOver: false };
    this.#flights.set(key, flight);
    const remove = () => {
      flight.isOver = true;
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    flight.response.then(remove, remove);
    return flight;
  }

  /** @param signal of the last that waited: at its deadline, the read has timed out */
  #release(key: string, flight: Flight, signal: AbortSignal): void {
    if (flight.isOver) return;
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
    flight.controller.abort(signal.reason ?? new AbortedError('No operation is waiting for this read'));
  }
}

/** The scope of a path: `threads/ID`, `assistants/ID`, or `assistants` for the list of all assistants. */
function scopeOf(path: string): string {
  const [bare = ''] = path.split('?');
  return bare.split('/').slice(1, 3).join('/');
}
