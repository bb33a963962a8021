/** The end of what lasts longer than the token of its client. */
import { codedError } from '../errors.ts';

/** Longer timers would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Calls `expire` at a time in milliseconds since 1970, or never. @returns cancels that */
export function atExpiry(expiresAt: number | undefined, expire: () => void): () => void {
  if (expiresAt === undefined) return () => {};
  let timer: NodeJS.Timeout;
  const wait = () => {
    const ms = expiresAt - Date.now();
    if (ms <= 0) return expire();
    timer = setTimeout(wait, Math.min(ms, MAX_TIMER_MS));
    timer.unref();
  };
  timer = setTimeout(wait);
  timer.unref();
  return () => clearTimeout(timer);
}

/** The same items, until the token expires: then the iterator throws `error()`, and `source` is closed. */
export function untilExpiry<Item>(
  source: AsyncIterable<Item>,
  expiresAt: number,
  error: () => Error,
): AsyncIterableIterator<Item> {
  const items = source[Symbol.asyncIterator]();
  let isOver = false;
  let interrupt: (() => void) | undefined;
  const cancel = atExpiry(expiresAt, () => {
    isOver = true;
    interrupt?.();
    void items.return?.();
  });
  return {
    next: () =>
      new Promise((resolve, reject) => {
        if (isOver) return reject(error());
        interrupt = () => reject(error());
        items.next().then(
          (result) => {
            if (result.done) cancel();
            resolve(result);
          },
          (reason) => {
            cancel();
            reject(reason);
          },
        );
      }),
    async return() {
      cancel();
      await items.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

export function tokenExpired() {
  return codedError('UNAUTHENTICATED', 'The token has expired');
}
