/** How an HTTP answer becomes what an operation answers with, or a typed error. */
import { z } from 'zod';
import { isApiError, refusal } from './error-response.ts';
import {
  type HttpStatusError,
  MalformedResponseError,
  NotDeletedError,
  UnknownOperationError,
} from './errors.ts';
import { limits } from './limits.ts';
import { type OperationName, operations } from './operations.ts';
import type { HttpResponse } from './transport.ts';

/** The parameters of a call other than the body: path ids and query. */
export type RequestParams = Readonly<Record<string, unknown>>;

const pageBody = z.object({ data: z.array(z.unknown()), has_more: z.boolean().optional().catch(undefined) });
const identified = z.object({ id: z.string() });

/**
 * Reads the answer to `name`.
 *
 * @param secrets what no error may repeat
 * @throws HttpStatusError for a status of 400 or above; NotDeletedError; MalformedResponseError for what is no JSON, lacks
 * what the graph cannot do without, or is another object than the one requested. In a page such an item stands as its error.
 */
export function readResponse(
  name: OperationName,
  params: RequestParams,
  answer: HttpResponse,
  secrets: readonly string[],
): unknown {
  if (answer.status >= 400) throw statusErrorOf(name, answer, secrets);
  if (answer.status < 200 || answer.status >= 300) {
    throw new MalformedResponseError(`The upstream answered ${name} with status ${answer.status}`);
  }
  const body = parseJson(answer.text);
  return operations[name].kind === 'list' ? readPage(name, params, body) : readObject(name, params, body);
}

/** An API that speaks of an error in its own form has been reached, whatever it misses. */
function statusErrorOf(
  name: OperationName,
  answer: HttpResponse,
  secrets: readonly string[],
): HttpStatusError {
  const refused = refusal(answer, secrets);
  const isElsewhere = answer.status === 404 && operations[name].idNames.length === 0;
  if (!isElsewhere || isApiError(answer)) return refused;
  const message = `The upstream does not know ${name}: UPSTREAM_URL may not be the base URL of its API`;
  return new UnknownOperationError(message, refused.upstream);
}

/**
 * Upstreams are not always right about `has_more`: after an empty page there is nothing to go on from, and of a full
 * one that says nothing of it there may be more. What is beyond the requested limit is left for the next page.
 */
function readPage(name: OperationName, params: RequestParams, body: unknown): unknown {
  const page = pageBody.safeParse(body);
  if (!page.success) {
    throw new MalformedResponseError(`The upstream answered ${name} with something that is no page`);
  }
  const { has_more } = page.data;
  const data = behindCursor(name, page.data.data, params.after);
  const limit = Number(params.limit ?? limits.defaultPageSize);
  return {
    items: data.slice(0, limit).map((item) => readItem(name, params, item)),
    has_more: data.length > limit || (data.length > 0 && (has_more ?? page.data.data.length >= limit)),
  };
}

/** Some upstreams begin a page with the cursor itself. One that holds it further on is page one again, for ever. */
function behindCursor(name: OperationName, data: readonly unknown[], after: unknown): readonly unknown[] {
  const index = after === undefined ? -1 : data.findIndex((item) => idOf(item) === after);
  if (index > 0)
    throw new MalformedResponseError(`The upstream answered ${name} with a page that begins again`);
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
  const answer = operations[name].result.safeParse(body);
  if (!answer.success) {
    const field = answer.error.issues[0]?.path.join('.') || 'the object';
    throw new MalformedResponseError(
      `The upstream answered ${name} with an object that cannot be read at ${field}`,
      idOf(body),
    );
  }
  requireSameObject(name, params, answer.data);
  if ('deleted' in answer.data && !answer.data.deleted) throw new NotDeletedError();
  return answer.data;
}

/** An object that names itself or what it belongs to differently from the request is another object. */
function requireSameObject(name: OperationName, params: RequestParams, answer: { id: string }): void {
  const { kind, idNames } = operations[name];
  const own = kind === 'list' || kind === 'create' ? undefined : idNames.at(-1);
  const claims: RequestParams = answer;
  for (const idName of [...idNames, 'run_id']) {
    const claimed = idName === own ? answer.id : claims[idName];
    const expected = params[idName];
    // Null is a claim too: a message that no run wrote is none of the run whose messages were requested.
    if (claimed !== undefined && expected !== undefined && claimed !== expected) {
      throw new MalformedResponseError(
        `The upstream answered ${name} with a different object than requested`,
        answer.id,
      );
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedResponseError('The upstream answered with something that is no JSON');
  }
}
