import type { ReadSharing } from '../rest/client.ts';
import { AbortedError } from '../rest/errors.ts';
import { Cancellation, type Signal } from '../rest/signal.ts';

/** A read in flight, and the operations that wait for it. */
interface Flight {
  readonly scope: string;
  readonly waiting: Set<Waiter>;
  /** Aborts the request. */
  readonly cancellation: Cancellation;
}

interface Waiter {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
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

  read<T>(
    { principal, path }: { principal: string; path: string },
    signal: Signal,
    start: (signal: Signal) => Promise<T>,
  ): Promise<T> {
    if (signal.reason !== undefined) return Promise.reject(signal.reason);
    const key = `${principal} ${path}`;
    const flight = this.#flights.get(key) ?? this.#start(key, scopeOf(path), start);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        resolve(result) {
          signal.removeEventListener('abort', leave);
          // Equal keys mean equal paths, and so results of the same type.
          resolve(result as T);
        },
        reject(error) {
          signal.removeEventListener('abort', leave);
          reject(error);
        },
      };
      const leave = () => {
        flight.waiting.delete(waiter);
        waiter.reject(signal.reason);
        if (flight.waiting.size === 0) this.#abandon(key, flight, signal);
      };
      signal.addEventListener('abort', leave);
      flight.waiting.add(waiter);
    });
  }

  beginEpoch(path: string): void {
    const written = scopeOf(path);
    for (const [key, { scope }] of this.#flights) {
      if (written === scope || written.startsWith(`${scope}/`)) this.#flights.delete(key);
    }
  }

  #start(key: string, scope: string, start: (signal: Signal) => Promise<unknown>): Flight {
    const flight: Flight = { scope, waiting: new Set(), cancellation: new Cancellation() };
    this.#flights.set(key, flight);
    start(flight.cancellation).then(
      (result) => {
        for (const { resolve } of this.#land(key, flight)) resolve(result);
      },
      (error: unknown) => {
        for (const { reject } of this.#land(key, flight)) reject(error);
      },
    );
    return flight;
  }

  #land(key: string, flight: Flight): Iterable<Waiter> {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
    return flight.waiting;
  }

  /** @param signal of the last that waited: at its deadline, the read has timed out */
  #abandon(key: string, flight: Flight, signal: Signal): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
    flight.cancellation.abort(signal.reason ?? new AbortedError('No operation is waiting for this read'));
  }
}

/** The scope of a path: `threads/ID`, `assistants/ID`, or `assistants` for the list of all assistants. */
function scopeOf(path: string): string {
  const [bare = ''] = path.split('?');
  return bare.split('/').slice(1, 3).join('/');
}
