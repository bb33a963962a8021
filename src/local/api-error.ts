/** A refusal with its HTTP status and the fields of the contract's error body. */
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

/** A 400 for what the request says; `param` is the path of the culprit, as in `messages[0].content`. */
export function invalid(message: string, param?: string): ApiError {
  return new ApiError(400, message, param === undefined ? {} : { param });
}

/** A 404 for an object that is not there, or belongs to another key, which looks the same. */
export function notFound(noun: string, id: string, param?: string): ApiError {
  return new ApiError(404, `No ${noun} found with id '${id}'.`, param === undefined ? {} : { param });
}

/** The body that carries an error to the client. */
export function errorBody({ message, type, param, code }: ApiError) {
  return { error: { message, type, param, code } };
}
