/**
 * When a request is sent again. A read: after a network error, a 429 or a 5xx. A write: only if it cannot have been
 * accepted, which means a refused connection, a 429, or a 503 with `retry-after`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AbortedError,
  ConnectionError,
  DeadlineError,
  HttpStatusError,
  MalformedResponseError,
  OutcomeUnknownError,
} from './errors.ts';

const MAX_ATTEMPTS = 4;
/** Upper bound of the first wait; it doubles with each attempt. The wait itself is random below the bound. */
const FIRST_WAIT_MS = 100;
/** If the upstream asks for a longer pause than this, the call fails at once. */
const MAX_WAIT_MS = 10_000;

/**
 * Calls `attempt` with 1, 2, … until it succeeds, fails permanently, or `signal` is aborted.
 *
 * @throws the error of the last attempt, or OutcomeUnknownError for a write that may have been carried out
 */
export async function withRetries<T>(
  isRead: boolean,
  signal: AbortSignal,
  attempt: (count: number) => Promise<T>,
  maxAttempts = MAX_ATTEMPTS,
): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    signal.throwIfAborted();
    try {
      return await attempt(attempts);
    } catch (error) {
      const mayRepeat = isRead ? isTransient(error) : wasNotAccepted(error);
      const wait = waitMs(error, attempts);
      if (!mayRepeat || attempts === maxAttempts || wait > MAX_WAIT_MS) {
        throw isRead || isCertain(error) ? error : new OutcomeUnknownError(error);
      }
      await pause(wait, signal, error);
    }
  }
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
  if (error instanceof HttpStatusError && error.upstream.status < 500) return true;
  if (error instanceof ConnectionError || error instanceof HttpStatusError) return wasNotAccepted(error);
  return !(
    error instanceof DeadlineError ||
    error instanceof MalformedResponseError ||
    error instanceof AbortedError
  );
}

/** At least what the upstream asks for, with jitter, so that calls rejected together do not return together. */
function waitMs(error: unknown, attempts: number): number {
  const requested = error instanceof HttpStatusError ? (error.retryAfterMs ?? 0) : 0;
  return requested + Math.random() * FIRST_WAIT_MS * 2 ** (attempts - 1);
}

/** @throws `failure` if the signal is aborted first: nothing was being sent, so the previous error is the one to report */
async function pause(ms: number, signal: AbortSignal, failure: unknown): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw failure;
  }
}
