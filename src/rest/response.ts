/** Turns an HTTP response into the result of an operation, or into a typed error. */
import { z } from 'zod';
import { specificError } from './dialects.ts';
import { isApiError, statusError } from './error-response.ts';
import {
  type HttpStatusError,
  MalformedResponseError,
  NotDeletedError,
  UnknownCursorError,
  UnknownOperationError,
} from './errors.ts';
import { limits } from './limits.ts';
import { type OperationName, operations } from './operations.ts';
import type { HttpResponse } from './transport.ts';
import { INVALID } from './wire/reader.ts';

/** The parameters of a call other than the body: path ids and query. */
export type RequestParams = Readonly<Record<string, unknown>>;

const pageBody = z.object({
  data: z.array(z.unknown()).nullable(),
  has_more: z.boolean().optional().catch(undefined),
});
const identified = z.object({ id: z.string() });

/**
 * Reads the response to `name`.
 *
 * @param secrets strings that no error may repeat
 * @throws HttpStatusError for a status of 400 or above; NotDeletedError; MalformedResponseError if the body is not
 * valid JSON, lacks a field that the graph needs, or is a different object than the one requested. Within a page, an
 * item that cannot be read is replaced by its MalformedResponseError.
 */
export function readResponse(
  name: OperationName,
  params: RequestParams,
  response: HttpResponse,
  secrets: readonly string[],
): unknown {
  if (response.status >= 400) throw statusErrorOf(name, params, response, secrets);
  if (response.status < 200 || response.status >= 300) {
    throw new MalformedResponseError(`The upstream responded to ${name} with status ${response.status}`);
  }
  const body = parseJson(response.text);
  return operations[name].kind === 'list' ? readPage(name, params, body) : readObject(name, params, body);
}

/** A 404 for a path without ids means a wrong base URL, unless the error body has the API's own format. */
function statusErrorOf(
  name: OperationName,
  params: RequestParams,
  response: HttpResponse,
  secrets: readonly string[],
): HttpStatusError {
  const error = specificError(name, params, statusError(response, secrets));
  const isUnknownPath = response.status === 404 && operations[name].idNames.length === 0;
  if (!isUnknownPath || isApiError(response) || error instanceof UnknownCursorError) return error;
  const message = `The upstream does not know ${name}: UPSTREAM_URL may not be the base URL of its API`;
  return new UnknownOperationError(message, error.upstream);
}

/**
 * Upstreams report `has_more` unreliably: nothing follows an empty page, and a full page without `has_more` may have a
 * successor. Items beyond the requested limit are left to the next page.
 *
 * An upstream that repeats the cursor as the first item has no room for another on a page of one: that page is empty
 * and still has more. The caller then asks for a larger page.
 */
function readPage(name: OperationName, params: RequestParams, body: unknown): unknown {
  const page = pageBody.safeParse(body);
  if (!page.success) {
    throw new MalformedResponseError(`The upstream response to ${name} is not a page`);
  }
  const sent = page.data.data ?? [];
  const data = afterCursor(name, sent, params.after);
  const limit = Number(params.limit ?? limits.defaultPageSize);
  const mayHaveMore = page.data.has_more ?? sent.length >= limit;
  const hasRoom = data.length > 0 || (sent.length > 0 && limit === 1);
  return {
    items: data.slice(0, limit).map((item) => readItem(name, params, item)),
    has_more: data.length > limit || (hasRoom && mayHaveMore),
  };
}

/** Some upstreams repeat the cursor as the first item. A cursor further down means page one again, which would loop. */
function afterCursor(name: OperationName, data: readonly unknown[], after: unknown): readonly unknown[] {
  const index = after === undefined ? -1 : data.findIndex((item) => idOf(item) === after);
  if (index > 0) throw new MalformedResponseError(`The upstream ignored the cursor of ${name}`);
  return data.slice(index + 1);
}

function idOf(item: unknown): string | undefined {
  const identity = identified.safeParse(item);
  return identity.success ? identity.data.id : undefined;
}

function readItem(name: OperationName, params: RequestParams, item: unknown): unknown {
  try {
    return readObject(name, params, item);
  } catch (error) {
    if (error instanceof MalformedResponseError) return error;
    throw error;
  }
}

function readObject(name: OperationName, params: RequestParams, body: unknown): unknown {
  const { read, result } = operations[name];
  const object = read(body);
  if (object === INVALID) {
    const field = result.safeParse(body).error?.issues[0]?.path.join('.');
    throw new MalformedResponseError(
      `The upstream response to ${name} is invalid${field ? ` at ${field}` : ''}`,
      idOf(body),
    );
  }
  requireSameObject(name, params, object);
  if ('deleted' in object && !object.deleted) throw new NotDeletedError();
  return object;
}

/** Rejects an object whose own id, or whose parent's id, differs from the request. */
function requireSameObject(name: OperationName, params: RequestParams, result: { id: string }): void {
  const { kind, idNames } = operations[name];
  const ownIdName = kind === 'list' || kind === 'create' ? undefined : idNames.at(-1);
  const fields: RequestParams = result;
  for (const idName of [...idNames, 'run_id']) {
    const actual = idName === ownIdName ? result.id : fields[idName];
    const expected = params[idName];
    // Null counts as a difference: a message without a run does not belong to the run whose messages were requested.
    if (actual !== undefined && expected !== undefined && actual !== expected) {
      throw new MalformedResponseError(
        `The upstream responded to ${name} with a different object than requested`,
        result.id,
      );
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedResponseError('The upstream response is not valid JSON');
  }
}
