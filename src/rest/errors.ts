/** What can go wrong between us and the REST API. None of these carries a key, a header or a whole body. */

/** The part of an upstream's answer to an error that may be shown. */
export interface UpstreamDetails {
  readonly status: number;
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly param: string | undefined;
  readonly requestId: string | undefined;
}

/** Whatever is known of a failed call. What is none of these, nobody foresaw. */
export class RestError extends Error {
  override name = 'RestError';
}

/** An id that cannot stand in a path: empty, `.`, `..`, or with a slash. Nothing was sent. */
export class InvalidIdError extends RestError {
  override name = 'InvalidIdError';
  readonly id: string;

  constructor(id: string) {
    super(`'${id.slice(0, 80)}' cannot be an id`);
    this.id = id;
  }
}

/** Upstream answered, and the answer is no: a status of 400 or above. */
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

/** A 404 of a path without ids, on which nothing can be missing: what answers is no Assistants API, or not its root. */
export class UnknownOperationError extends HttpStatusError {
  override name = 'UnknownOperationError';
}

/** No answer, or not all of it. `reached` is false only where upstream cannot have seen the request. */
export class ConnectionError extends RestError {
  override name = 'ConnectionError';
  readonly reached: boolean;

  constructor(message: string, reached: boolean, cause?: unknown) {
    super(message, { cause });
    this.reached = reached;
  }
}

/** The deadline passed while waiting for upstream. */
export class DeadlineError extends RestError {
  override name = 'DeadlineError';
}

/** Whoever asked has gone away. */
export class AbortedError extends RestError {
  override name = 'AbortedError';
}

/** Upstream said that all is well, and sent something that cannot be what was asked for. */
export class MalformedResponseError extends RestError {
  override name = 'MalformedResponseError';
  /** Of an item of a list: its id, where at least that was legible. */
  readonly id: string | undefined;

  constructor(message: string, id?: string) {
    super(message);
    this.id = id;
  }
}

/** Upstream answered a DELETE with success, and in the same breath that nothing was deleted. */
export class NotDeletedError extends RestError {
  override name = 'NotDeletedError';

  constructor() {
    super('The upstream says that it was not deleted');
  }
}

/** A write was sent and no clear answer came: it may have taken place. Read before you send it again. */
export class OutcomeUnknownError extends RestError {
  override name = 'OutcomeUnknownError';
  /** What happened instead of an answer. */
  override readonly cause: unknown;

  constructor(cause: unknown) {
    super('The request was sent, and whether it took place is unknown');
    this.cause = cause;
  }
}
