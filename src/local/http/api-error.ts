import { UnknownCursorError } from '../store/page.ts';
import { StorageError } from '../store/storage-error.ts';

/** An error response: its HTTP status and the fields of its body. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;

  constructor(
    status: number,
    message: string,
    details: { type?: string; param?: string; code?: string } = {},
  ) {
    super(message);
    this.status = status;
    this.type = details.type ?? (status >= 500 ? 'server_error' : 'invalid_request_error');
    this.param = details.param ?? null;
    this.code = details.code ?? null;
  }
}

/** A 400 for an invalid request. `param` is the path of the invalid value, such as `messages[0].content`. */
export function invalid(message: string, param?: string): ApiError {
  return new ApiError(400, message, param === undefined ? {} : { param });
}

/** A 404 for an object that does not exist or belongs to another key: a client cannot tell which. */
export function notFound(noun: string, id: string, param?: string): ApiError {
  return new ApiError(404, `No ${noun} found with id '${id}'.`, param === undefined ? {} : { param });
}

/** The error response for anything that was thrown: a 500 unless it is the client's mistake. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof UnknownCursorError) return invalid(error.message, error.param);
  if (error instanceof StorageError) return storageFailed(error);
  return new ApiError(500, 'The local API had an internal error.');
}

/** Nothing was stored. Reads still work if the disk is full. */
function storageFailed({ problem }: StorageError): ApiError {
  if (problem !== 'full') return new ApiError(500, 'The local API cannot write to its data directory.');
  const message = 'The disk of the local API is full. Nothing was stored: try again when it has space.';
  return new ApiError(507, message, { code: 'disk_full' });
}

/** The body of an error response. */
export function errorBody({ message, type, param, code }: ApiError) {
  return { error: { message, type, param, code } };
}
