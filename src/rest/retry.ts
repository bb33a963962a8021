/**
 * When a request is sent again. A read: after a network error, a 429 or a 5xx. A write: only if it cannot have been
 * accepted, which means a refused connection, a 429, or a 503 with `retry-after`. How long a 429 holds requests back is for
 * the credential's pause: see pause.ts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AbortedError,
  ConnectionError,
  DeadlineError,
  HttpStatusError,
  MalformedResponseError,
  NotSentError,
  OutcomeUnknownError,
  type RestError,
} from './errors.ts';
import { orAborted } from './or-aborted.ts';
import { MAX_WAIT_MS } from './pause.ts';
import type { Signal } from './signal.ts';

const MAX_ATTEMPTS = 4;
/** Upper bound of the first wait; it doubles with each attempt. The wait itself is random below the bound. */
const FIRST_WAIT_MS = 100;
/**
 * Retries of one operation, all its requests together. By default it has up to 32 requests in flight: one moment at which
 * upstream refuses or drops them all is survived; an upstream that goes on failing gets no more than this.
 */
export const MAX_RETRIES = 32;

/** Counts the retries of one operation. */
export interface RetryBudget {
  /** @returns false if there are none left */
  take(): boolean;
}

export function createRetryBudget(retries = MAX_RETRIES): RetryBudget {
  let left = retries;
  return { take: () => left-- > 0 };
}

export interface RetryOptions {
  readonly isRead: boolean;
  /** No attempt begins once it is aborted. */
  readonly signal: Signal;
  /** Milliseconds until the deadline: a wait that is longer is not begun. */
  readonly remainingMs: () => number;
  readonly budget: RetryBudget;
  readonly maxAttempts?: number | undefined;
}

/**
 * Calls `attempt` until it succeeds, fails permanently, or `signal` is aborted.
 *
 * @throws the error of the last attempt that was sent, or OutcomeUnknownError for a write that may have been carried out;
 * if none was sent, the reason why
 */
export async function withRetries<T>(options: RetryOptions, attempt: () => Promise<T>): Promise<T> {
  const { isRead, signal, remainingMs, budget, maxAttempts = MAX_ATTEMPTS } = options;
  let failure: unknown;
  for (let attempts = 1; ; attempts++) {
    if (signal.aborted) throw failure ?? signal.reason;
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof NotSentError) throw failure ?? error.reason;
      failure = error;
      const wait = waitMs(error, attempts);
      const isLast = attempts === maxAttempts || wait > Math.min(MAX_WAIT_MS, remainingMs());
      if (!mayRepeat(error, isRead) || isLast || !budget.take()) {
        throw isRead || isCertain(error) ? error : new OutcomeUnknownError(error);
      }
      await pause(wait, signal, error);
    }
  }
}

function mayRepeat(error: unknown, isRead: boolean): error is RestError {
  return isRead ? isTransient(error) : wasNotAccepted(error);
}

function isTransient(error: unknown): boolean {
  if (error instanceof HttpStatusError) return error.upstream.status === 429 || error.upstream.status >= 500;
  return error instanceof ConnectionError;
}

function wasNotAccepted(error: unknown): boolean {
  if (error instanceof ConnectionError) return !error.reached;
  if (!(error instanceof HttpStatusError)) return false;
  const { status } = error.upstream;
  return status === 429 || (status === 503 && error.retryAfterMs !== undefined);
}

/** Whether a write that failed with this error was certainly not carried out. */
function isCertain(error: unknown): boolean {
  // 507: the disk was full, so nothing was stored.
  if (error instanceof HttpStatusError && (error.upstream.status < 500 || error.upstream.status === 507))
    return true;
  if (error instanceof ConnectionError || error instanceof HttpStatusError) return wasNotAccepted(error);
  return !(
    error instanceof DeadlineError ||
    error instanceof MalformedResponseError ||
    error instanceof AbortedError
  );
}

/** At least what the upstream asks for, with jitter, so that calls rejected together do not return together. */
function waitMs(error: unknown, attempts: number): number {
  const { retryAfterMs = 0, upstream } = error instanceof HttpStatusError ? error : NO_RESPONSE;
  if (upstream?.status === 429) return 0;
  return retryAfterMs + Math.random() * FIRST_WAIT_MS * 2 ** (attempts - 1);
}

const NO_RESPONSE = { retryAfterMs: undefined, upstream: undefined };

/** @throws `failure` if the signal is aborted first: nothing was being sent, so the previous error is the one to report */
async function pause(ms: number, signal: Signal, failure: RestError): Promise<void> {
  failure.retryWait ??= sleep(ms, undefined, { ref: false });
  try {
    await orAborted(failure.retryWait, signal);
  } catch {
    throw failure;
  }
}
