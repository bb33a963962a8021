import type { ReadSharing } from '../rest/client.ts';
import { AbortedError } from '../rest/errors.ts';

/** A read that is under way, and how many wait for it. */
interface Flight {
  readonly answer: Promise<unknown>;
  readonly controller: AbortController;
  readonly scope: string;
  waiting: number;
}

/**
 * Lets identical reads of different operations share one request, as long as it is in flight: nothing is kept beyond
 * that. Whoever joins waits by a deadline of its own; the request ends early only when nobody waits for it any more.
 *
 * A write to a thread or an assistant begins a new epoch there, when it starts and again when it has ended, however it
 * ended: nobody joins a read from before it. One instance serves a process, and holds for that process alone.
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
      // The key holds the path, and with it the operation that says what comes back.
      return (await orAborted(flight.answer, signal)) as T;
    } finally {
      flight.waiting--;
      if (flight.waiting === 0) this.#abandon(key, flight);
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
    const flight = { answer: start(controller.signal), controller, scope, waiting: 0 };
    this.#flights.set(key, flight);
    const land = () => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    flight.answer.then(land, land);
    return flight;
  }

  #abandon(key: string, flight: Flight): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
    flight.controller.abort(new AbortedError('Nobody waits for this answer any more'));
  }
}

/** What a path belongs to: `threads/ID`, `assistants/ID`, or for the list of all assistants `assistants`. */
function scopeOf(path: string): string {
  const [bare = ''] = path.split('?');
  return bare.split('/').slice(1, 3).join('/');
}

/** @throws the signal's reason as soon as it is aborted, whatever becomes of the answer */
function orAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
