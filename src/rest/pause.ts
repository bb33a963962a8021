/**
 * After a 429, holds back everybody's requests with the same credential, since the limit is the account's. When the pause is
 * over, one request finds out whether the limit still holds; the others wait for its response.
 */
import type { Clock } from './clock.ts';
import { HttpStatusError, NotSentError } from './errors.ts';
import { orAborted } from './or-aborted.ts';
import type { Signal } from './signal.ts';

/** The first pause after a 429 without `retry-after`; it doubles while the limit holds. */
const FIRST_PAUSE_MS = 100;
/** The longest pause that upstream did not ask for. */
const MAX_OWN_PAUSE_MS = 5_000;
/** A client is told of a longer pause at once instead of waiting. */
export const MAX_WAIT_MS = 10_000;
/** Pauses that one operation waits for: with its first attempt, that makes the attempts of a request. */
const MAX_PAUSES = 3;
/** A request that has had no response for this long is taken not to be refused: 429 is a quick answer. */
const PROBE_MS = 1_000;

/** The pause of one credential. */
export interface Pause {
  /** 0 while nothing is paused. */
  remainingMs(): number;
  /** @param remainingMs milliseconds until the operation's deadline */
  forOperation(remainingMs: () => number): HeldBack;
}

/**
 * Sends a request of one operation once nothing is paused.
 *
 * @throws NotSentError once the signal is aborted, and with a 429 as its reason if the pause is longer than the operation can
 * wait or a request is worth, or the operation has waited often enough; what `send` throws
 */
export type HeldBack = <T>(signal: Signal, send: () => Promise<T>) => Promise<T>;

export function createPause(clock: Clock): Pause {
  let pausedAt = 0;
  let pauseMs = 0;
  /** In a row. 0 means that requests go through. */
  let refusals = 0;
  /** Grows with each pause: a response to a request from before a pause says nothing about its end. */
  let pauses = 0;
  let probe: Promise<void> | undefined;

  const remainingMs = () => {
    const elapsed = clock.now() - pausedAt;
    // A clock that was set back must not make the pause longer.
    return elapsed < 0 ? 0 : Math.max(0, pauseMs - elapsed);
  };

  const onRefusal = ({ retryAfterMs = 0 }: HttpStatusError, sentAfter: number) => {
    if (sentAfter === pauses) {
      refusals++;
      pauses++;
    } else if (retryAfterMs === 0) return;
    const own = Math.min(FIRST_PAUSE_MS * 2 ** (refusals - 1), MAX_OWN_PAUSE_MS);
    // With jitter, so that several processes do not return together.
    const ms = Math.max(retryAfterMs, own * (0.5 + Math.random() / 2));
    if (ms <= remainingMs()) return;
    pausedAt = clock.now();
    pauseMs = ms;
  };

  const watch = <T>(send: () => Promise<T>): Promise<T> => {
    const sentAfter = pauses;
    const onResponse = () => {
      if (sentAfter === pauses) refusals = 0;
    };
    const result = send();
    result.then(onResponse, (error: unknown) => {
      if (isRateLimit(error)) onRefusal(error, sentAfter);
      else if (error instanceof HttpStatusError) onResponse();
    });
    return result;
  };

  const sendProbe = async <T>(send: () => Promise<T>): Promise<T> => {
    let end = () => {};
    const own = new Promise<void>((resolve) => {
      end = () => {
        if (probe === own) probe = undefined;
        resolve();
      };
    });
    probe = own;
    const cancel = clock.schedule(PROBE_MS, () => {
      refusals = 0;
      end();
    });
    try {
      return await watch(send);
    } finally {
      cancel();
      end();
    }
  };

  return {
    remainingMs,
    forOperation(remainingOperationMs) {
      let waits = 0;
      let lastWait: number | undefined;
      const wait = async (signal: Signal) => {
        const ms = remainingMs();
        if (lastWait !== pauses) waits++;
        lastWait = pauses;
        if (waits > MAX_PAUSES || ms > Math.min(MAX_WAIT_MS, remainingOperationMs())) {
          throw new NotSentError(rateLimitError(ms));
        }
        await sleep(clock, ms, signal);
      };
      const sendLater = async <T>(signal: Signal, send: () => Promise<T>) => {
        while (refusals > 0) {
          if (remainingMs() > 0) await wait(signal);
          else if (probe === undefined) return sendProbe(send);
          else await orNotSent(probe, signal);
        }
        return watch(send);
      };
      return (signal, send) => (refusals === 0 ? watch(send) : sendLater(signal, send));
    },
  };
}

function isRateLimit(error: unknown): error is HttpStatusError {
  return error instanceof HttpStatusError && error.upstream.status === 429;
}

/** Nothing of another request's response is in it: that may have been another client's. */
function rateLimitError(retryAfterMs: number): HttpStatusError {
  const details = { status: 429, type: undefined, code: undefined, param: undefined, requestId: undefined };
  return new HttpStatusError('The upstream limits the rate of requests', details, Math.ceil(retryAfterMs));
}

async function sleep(clock: Clock, ms: number, signal: Signal): Promise<void> {
  let cancel = () => {};
  const over = new Promise<void>((resolve) => {
    cancel = clock.schedule(Math.ceil(ms), resolve);
  });
  await orNotSent(over, signal).finally(cancel);
}

/** @throws NotSentError once the signal is aborted */
function orNotSent(over: Promise<void>, signal: Signal): Promise<void> {
  return orAborted(over, signal).catch((reason) => {
    throw new NotSentError(reason);
  });
}

/** The pauses of all credentials of one upstream. */
export interface Pauses {
  of(credential: { readonly apiKey: string; readonly organization: string | undefined }): Pause;
}

/** Credentials whose pauses are kept. Clients that bring credentials of their own come and go. */
const MAX_CREDENTIALS = 10_000;

export function createPauses(clock: Clock): Pauses {
  /** In the order of their last use. */
  const pauses = new Map<string, Pause>();
  return {
    of({ apiKey, organization }) {
      const key = JSON.stringify([apiKey, organization]);
      const pause = pauses.get(key) ?? createPause(clock);
      pauses.delete(key);
      pauses.set(key, pause);
      const [oldest] = pauses.keys();
      if (pauses.size > MAX_CREDENTIALS && oldest !== undefined) pauses.delete(oldest);
      return pause;
    },
  };
}
