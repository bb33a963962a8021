/**
 * When a request is sent again. A read: after a network fault, a 429 or a 5xx. A write: only where nothing can have
 * been accepted, which is a refused connection, a 429, or a 503 that says when to come back.
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
/** The first wait is up to this long, each later one up to twice as long; where in between, chance decides. */
const FIRST_WAIT_MS = 100;
/** An upstream that asks for a longer pause than this is not waited for: the client is told instead. */
const MAX_WAIT_MS = 10_000;

/**
 * Runs `attempt`, which is told how many it makes, until it succeeds, fails for good, or `signal` is aborted.
 *
 * @throws the last attempt's error, or OutcomeUnknownError for a write that may have taken place.
 */
export async function withRetries<T>(
  isRead: boolean,
  signal: AbortSignal,
  attempt: (count: number) => Promise<T>,
): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    signal.throwIfAborted();
    try {
      return await attempt(attempts);
    } catch (error) {
      const mayRepeat = isRead ? isPassing(error) : wasNotAccepted(error);
      const wait = waitMs(error, attempts);
      if (!mayRepeat || attempts === MAX_ATTEMPTS || wait > MAX_WAIT_MS) {
        throw isRead || isCertain(error) ? error : new OutcomeUnknownError(error);
      }
      await pause(wait, signal, error);
    }
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof HttpStatusError) return error.upstream.status === 429 || error.upstream.status >= 500;
  return error instanceof ConnectionError;
}

function wasNotAccepted(error: unknown): boolean {
  if (error instanceof ConnectionError) return !error.reached;
  if (!(error instanceof HttpStatusError)) return false;
  const { status } = error.upstream;
  return status === 429 || (status === 503 && error.retryAfterMs !== undefined);
}

/** True where a write that failed with this error has certainly not taken place. */
function isCertain(error: unknown): boolean {
  if (error instanceof HttpStatusError && error.upstream.status < 500) return true;
  if (error instanceof ConnectionError || error instanceof HttpStatusError) return wasNotAccepted(error);
  return !(
    error instanceof DeadlineError ||
    error instanceof MalformedResponseError ||
    error instanceof AbortedError
  );
}

/** Never less than upstream asks for, and never the same for two who were refused together. */
function waitMs(error: unknown, attempts: number): number {
  const asked = error instanceof HttpStatusError ? (error.retryAfterMs ?? 0) : 0;
  return asked + Math.random() * FIRST_WAIT_MS * 2 ** (attempts - 1);
}

/** Nothing is under way during a pause: when it is cut short, what failed before it is what there is to say. */
async function pause(ms: number, signal: AbortSignal, failure: unknown): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw failure;
  }
}
