import type { ReadSharing } from '../rest/client.ts';
import { AbortedError } from '../rest/errors.ts';

/** A read in flight, and the number of operations waiting for it. */
interface Flight {
  readonly response: Promise<unknown>;
  readonly controller: AbortController;
  readonly scope: string;
  waiting: number;
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
      if (flight.waiting === 0) this.#release(key, flight);
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
    const flight = { response: start(controller.signal), controller, scope, waiting: 0 };
    this.#flights.set(key, flight);
    const remove = () => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    flight.response.then(remove, remove);
    return flight;
  }

  #release(key: string, flight: Flight): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
    flight.controller.abort(new AbortedError('No operation is waiting for this read'));
  }
}

/** The scope of a path: `threads/ID`, `assistants/ID`, or `assistants` for the list of all assistants. */
function scopeOf(path: string): string {
  const [bare = ''] = path.split('?');
  return bare.split('/').slice(1, 3).join('/');
}

/** @throws the signal's reason as soon as it is aborted, whether or not the response arrives */
function orAborted<T>(response: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    response.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
