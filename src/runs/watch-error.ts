import { ConnectionError, DeadlineError, HttpStatusError, RestError } from '../rest/errors.ts';
import type { WatchErrorCode, WatchErrorEvent } from './events.ts';

/** The event for a failure. Only the messages of RestErrors are shown, because they contain no secrets. */
export function watchErrorEvent(error: unknown, willContinue: boolean): WatchErrorEvent {
  return {
    type: 'watch.error',
    code: codeOf(error),
    message: error instanceof RestError ? error.message : 'The run cannot be watched',
    request_id: error instanceof HttpStatusError ? (error.upstream.requestId ?? null) : null,
    will_continue: willContinue,
  };
}

/** True if polling again is pointless: the run does not exist, or the credential has no access. */
export function isFatal(error: unknown): boolean {
  return error instanceof HttpStatusError && [401, 403, 404].includes(error.upstream.status);
}

function codeOf(error: unknown): WatchErrorCode {
  if (error instanceof ConnectionError) return 'UPSTREAM_UNAVAILABLE';
  if (error instanceof DeadlineError) return 'UPSTREAM_TIMEOUT';
  return error instanceof HttpStatusError
    ? (codesByStatus[error.upstream.status] ?? 'UPSTREAM_ERROR')
    : 'UPSTREAM_ERROR';
}

const codesByStatus: Readonly<Record<number, WatchErrorCode>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  429: 'RATE_LIMITED',
  502: 'UPSTREAM_UNAVAILABLE',
  503: 'UPSTREAM_UNAVAILABLE',
  504: 'UPSTREAM_TIMEOUT',
};
