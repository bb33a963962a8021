import type { Signal } from './signal.ts';

/** @throws the signal's reason as soon as it is aborted, whatever becomes of the promise */
export function orAborted<T>(promise: Promise<T>, signal: Signal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    const settle = (end: () => void) => {
      signal.removeEventListener('abort', abort);
      end();
    };
    promise.then(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error)),
    );
  });
}
