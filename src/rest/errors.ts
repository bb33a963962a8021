/** Failures of calls to the REST API. None of them carries a key, a header or a whole body. */

/** The part of an upstream error response that clients may see. */
export interface UpstreamDetails {
  readonly status: number;
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly param: string | undefined;
  readonly requestId: string | undefined;
}

/** Base class of every expected failure; any other error is a bug. */
export class RestError extends Error {
  override name = 'RestError';
  /** The wait for the next attempt, once there is one. Operations that share a failed read share it, and so the attempt. */
  retryWait: Promise<void> | undefined;
  /** The name of the REST operation that failed, once that is known. */
  operation: string | undefined;
}

/** An attempt that was not sent, and that would not be if it were repeated. Only rest/ sees it. */
export class NotSentError extends RestError {
  override name = 'NotSentError';
  /** What to report, unless an attempt before it failed. */
  readonly reason: RestError;

  constructor(reason: RestError) {
    super(reason.message);
    this.reason = reason;
  }
}

/** An id that is not valid in a path: empty, `.`, `..`, or containing a slash. Nothing was sent. */
export class InvalidIdError extends RestError {
  override name = 'InvalidIdError';
  readonly id: string;

  constructor(id: string) {
    super(`'${id.slice(0, 80)}' is not a valid id`);
    this.id = id;
  }
}

/** The upstream responded with a status of 400 or above. */
export class HttpStatusError extends RestError {
  override name = 'HttpStatusError';
  readonly upstream: UpstreamDetails;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, upstream: UpstreamDetails, retryAfterMs?: number) {
    super(message);
    this.upstream = upstream;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Whether the requested object does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof HttpStatusError && error.upstream.status === 404;
}

/** A 404 for a path without ids: the base URL is not that of an Assistants API. */
export class UnknownOperationError extends HttpStatusError {
  override name = 'UnknownOperationError';
}

/** The thread is locked by an active run. */
export class ActiveRunError extends HttpStatusError {
  override name = 'ActiveRunError';
  /** The REST id of the run, if the upstream names it. */
  readonly runId: string | undefined;

  constructor({ message, upstream, retryAfterMs }: HttpStatusError, runId: string | undefined) {
    super(message, upstream, retryAfterMs);
    this.runId = runId;
  }
}

/** The list does not contain the object that `after` names. */
export class UnknownCursorError extends HttpStatusError {
  override name = 'UnknownCursorError';

  constructor({ message, upstream, retryAfterMs }: HttpStatusError) {
    super(message, upstream, retryAfterMs);
  }
}

/** There was no complete response. `reached` is false only if the upstream cannot have received the request. */
export class ConnectionError extends RestError {
  override name = 'ConnectionError';
  readonly reached: boolean;

  constructor(message: string, reached: boolean, cause?: unknown) {
    super(message, { cause });
    this.reached = reached;
  }
}

/** The deadline passed while waiting for the upstream. */
export class DeadlineError extends RestError {
  override name = 'DeadlineError';
}

/** The client disconnected, or the result is no longer needed. */
export class AbortedError extends RestError {
  override name = 'AbortedError';
}

/** A successful response whose body is not what the operation returns. */
export class MalformedResponseError extends RestError {
  override name = 'MalformedResponseError';
  /** For a list item: its id, if that could be read. */
  readonly id: string | undefined;

  constructor(message: string, id?: string) {
    super(message);
    this.id = id;
  }
}

/** A response that is longer, or has more values, than is read at once. */
export class ResponseTooLargeError extends MalformedResponseError {
  override name = 'ResponseTooLargeError';

  constructor(max: number, unit: 'bytes' | 'values' = 'bytes') {
    super(`The upstream response has more than ${max} ${unit}`);
  }
}

/** An operation reads more than it may hold. */
export class OperationBytesError extends RestError {
  override name = 'OperationBytesError';
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    super(
      `The operation reads more than ${maxBytes} bytes from the upstream: request fewer objects at a time`,
    );
    this.maxBytes = maxBytes;
  }
}

/** A DELETE succeeded with `deleted: false`. */
export class NotDeletedError extends RestError {
  override name = 'NotDeletedError';

  constructor() {
    super('The upstream did not delete the object');
  }
}

/** A write was sent without a conclusive response: it may have been carried out. Read before sending it again. */
export class OutcomeUnknownError extends RestError {
  override name = 'OutcomeUnknownError';
  /** The failure that took the place of a response. */
  override readonly cause: unknown;

  constructor(cause: unknown) {
    super('The request was sent, but its outcome is unknown: check before sending it again');
    this.cause = cause;
  }
}
