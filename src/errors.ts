/** Errors as clients of the graph see them: a message for people and `extensions.code` for programs. */
import { GraphQLError } from 'graphql';
import {
  ActiveRunError,
  ConnectionError,
  DeadlineError,
  HttpStatusError,
  InvalidIdError,
  OperationBytesError,
  OutcomeUnknownError,
  RestError,
  UnknownOperationError,
} from './rest/errors.ts';

export type ErrorCode =
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'ACTIVE_RUN'
  | 'CONFLICT'
  | 'RATE_LIMITED'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_ERROR'
  | 'OUTCOME_UNKNOWN'
  | 'QUERY_TOO_EXPENSIVE'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'INTERNAL_SERVER_ERROR';

/**
 * Without a stack trace: nobody reads it, and for thousands of fields it takes longer than all the rest.
 *
 * @param nodes where the error is in the document
 */
export function codedError(
  code: ErrorCode,
  message: string,
  extensions: Record<string, unknown> = {},
  nodes?: GraphQLError['nodes'],
): GraphQLError {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return new GraphQLError(message, { nodes: nodes ?? null, extensions: { code, ...extensions } });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/**
 * An invalid argument. Nothing was sent.
 *
 * @param argument its path, such as `input.messages[3].metadata`
 * @param problem continues the sentence, such as `must not be empty`
 */
export function badUserInput(argument: string, problem: string): GraphQLError {
  return codedError('BAD_USER_INPUT', `\`${argument}\` ${problem}`, { argument });
}

/** What a client may know about a failure: never a key, a header, an upstream body or a stack trace. */
export function describeFailure(error: unknown): { message: string; extensions: Record<string, unknown> } {
  if (!(error instanceof RestError)) {
    return { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
  }
  const extensions: Record<string, unknown> = { code: codeOf(error) };
  if (error instanceof OperationBytesError) extensions.limits = { operationBytes: error.maxBytes };
  const response = error instanceof OutcomeUnknownError ? error.cause : error;
  if (response !== error && response instanceof RestError) extensions.cause = codeOf(response);
  if (response instanceof HttpStatusError) {
    extensions.upstream = response.upstream;
    if (response.retryAfterMs !== undefined) extensions.retryAfterMs = response.retryAfterMs;
  }
  return { message: error.message, extensions };
}

/** The code that a client sees for any error of a field. */
export function codeOfError(error: unknown): string {
  if (error instanceof RestError) return codeOf(error);
  if (!(error instanceof GraphQLError)) return 'INTERNAL_SERVER_ERROR';
  const { originalError, extensions } = error;
  if (originalError !== undefined) return codeOfError(originalError);
  return typeof extensions.code === 'string' ? extensions.code : 'INTERNAL_SERVER_ERROR';
}

function codeOf(error: RestError): ErrorCode {
  if (error instanceof OutcomeUnknownError) return 'OUTCOME_UNKNOWN';
  if (error instanceof UnknownOperationError) return 'UPSTREAM_ERROR';
  if (error instanceof ActiveRunError) return 'ACTIVE_RUN';
  if (error instanceof HttpStatusError) return codeOfStatus(error.upstream.status);
  if (error instanceof ConnectionError) return 'UPSTREAM_UNAVAILABLE';
  if (error instanceof DeadlineError) return 'UPSTREAM_TIMEOUT';
  if (error instanceof InvalidIdError) return 'BAD_USER_INPUT';
  if (error instanceof OperationBytesError) return 'QUERY_TOO_EXPENSIVE';
  return 'UPSTREAM_ERROR';
}

const codesByStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'BAD_USER_INPUT',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  413: 'BAD_USER_INPUT',
  414: 'BAD_USER_INPUT',
  422: 'BAD_USER_INPUT',
  429: 'RATE_LIMITED',
  // A long ID can make a path that does not fit in the request header.
  431: 'BAD_USER_INPUT',
  502: 'UPSTREAM_UNAVAILABLE',
  503: 'UPSTREAM_UNAVAILABLE',
  504: 'UPSTREAM_TIMEOUT',
};

function codeOfStatus(status: number): ErrorCode {
  return codesByStatus[status] ?? 'UPSTREAM_ERROR';
}
