/** Values of labels. Each set is small and fixed, since every value is kept for the life of the process. */
import type { ErrorCode } from '../errors.ts';

/** A client left before its response was complete. */
export const DISCONNECTED = 'DISCONNECTED';

const CODES: Readonly<Record<ErrorCode, true>> & Readonly<Record<string, true>> = {
  BAD_USER_INPUT: true,
  UNAUTHENTICATED: true,
  FORBIDDEN: true,
  NOT_FOUND: true,
  ACTIVE_RUN: true,
  CONFLICT: true,
  RATE_LIMITED: true,
  UPSTREAM_TIMEOUT: true,
  UPSTREAM_UNAVAILABLE: true,
  UPSTREAM_ERROR: true,
  OUTCOME_UNKNOWN: true,
  QUERY_TOO_EXPENSIVE: true,
  PERSISTED_QUERY_NOT_FOUND: true,
  PERSISTED_QUERY_NOT_SUPPORTED: true,
  INTERNAL_SERVER_ERROR: true,
  GRAPHQL_PARSE_FAILED: true,
  GRAPHQL_VALIDATION_FAILED: true,
  OPERATION_RESOLUTION_FAILURE: true,
  [DISCONNECTED]: true,
  OK: true,
};

export function labelOfCode(code: string): string {
  return Object.hasOwn(CODES, code) ? code : 'other';
}

const STATUSES = [
  ...[200, 201, 202, 204, 304, 400, 401, 403, 404, 408, 409, 413, 415, 422, 429],
  ...[500, 501, 502, 503, 504, 507, 529],
];

/** @param outcome the status of a response, or the error that took its place */
export function labelOfOutcome(outcome: number | Error): string {
  if (typeof outcome !== 'number') return ERRORS[outcome.name] ?? 'other';
  return STATUSES.includes(outcome) ? String(outcome) : 'other';
}

const ERRORS: Readonly<Record<string, string>> = {
  AbortedError: 'aborted',
  ConnectionError: 'connection',
  DeadlineError: 'timeout',
  OperationBytesError: 'too_large',
  ResponseTooLargeError: 'too_large',
};
