/** How an HTTP answer becomes what an operation answers with, or a typed error. */
import { z } from 'zod';
import { MalformedAnswerError, NoSuchOperationError, NotDeletedError, type RefusedError } from './errors.ts';
import { limits } from './limits.ts';
import { type OperationName, operations } from './operations.ts';
import { isApiError, refusal } from './refusal.ts';
import type { HttpAnswer } from './transport.ts';

/** What an operation was asked with, but for its body: the ids of its path, and its query. */
export type Asked = Readonly<Record<string, unknown>>;

const pageBody = z.object({ data: z.array(z.unknown()), has_more: z.boolean().optional().catch(undefined) });
const identified = z.object({ id: z.string() });

/**
 * Reads the answer to `name`.
 *
 * @param secrets what no error may repeat
 * @throws RefusedError for a status of 400 or above; NotDeletedError; MalformedAnswerError for what is no JSON, lacks
 * what the graph cannot do without, or is another object than the one asked for. In a page such an item stands as its error.
 */
export function readAnswer(
  name: OperationName,
  asked: Asked,
  answer: HttpAnswer,
  secrets: readonly string[],
): unknown {
  if (answer.status >= 400) throw refusalOf(name, answer, secrets);
  if (answer.status < 200 || answer.status >= 300) {
    throw new MalformedAnswerError(`The upstream answered ${name} with status ${answer.status}`);
  }
  const body = parseJson(answer.text);
  return operations[name].kind === 'list' ? readPage(name, asked, body) : readObject(name, asked, body);
}

/** An API that speaks of an error in its own form has been reached, whatever it misses. */
function refusalOf(name: OperationName, answer: HttpAnswer, secrets: readonly string[]): RefusedError {
  const refused = refusal(answer, secrets);
  const isElsewhere = answer.status === 404 && operations[name].idNames.length === 0;
  if (!isElsewhere || isApiError(answer)) return refused;
  const message = `The upstream does not know ${name}: UPSTREAM_URL may not be the base URL of its API`;
  return new NoSuchOperationError(message, refused.upstream);
}

/**
 * Upstreams are not always right about `has_more`: after an empty page there is nothing to go on from, and of a full
 * one that says nothing of it there may be more. What is more than was asked for is left for the next page.
 */
function readPage(name: OperationName, asked: Asked, body: unknown): unknown {
  const page = pageBody.safeParse(body);
  if (!page.success) {
    throw new MalformedAnswerError(`The upstream answered ${name} with something that is no page`);
  }
  const { has_more } = page.data;
  const data = behindCursor(name, page.data.data, asked.after);
  const limit = Number(asked.limit ?? limits.defaultPageSize);
  return {
    items: data.slice(0, limit).map((item) => readItem(name, asked, item)),
    has_more: data.length > limit || (data.length > 0 && (has_more ?? page.data.data.length >= limit)),
  };
}

/** Some upstreams begin a page with the cursor itself. One that holds it further on is page one again, for ever. */
function behindCursor(name: OperationName, data: readonly unknown[], after: unknown): readonly unknown[] {
  const index = after === undefined ? -1 : data.findIndex((item) => idOf(item) === after);
  if (index > 0)
    throw new MalformedAnswerError(`The upstream answered ${name} with a page that begins again`);
  return data.slice(index + 1);
}

function idOf(item: unknown): string | undefined {
  const identity = identified.safeParse(item);
  return identity.success ? identity.data.id : undefined;
}

function readItem(name: OperationName, asked: Asked, item: unknown): unknown {
  try {
    return readObject(name, asked, item);
  } catch (error) {
    if (error instanceof MalformedAnswerError) return error;
    throw error;
  }
}

function readObject(name: OperationName, asked: Asked, body: unknown): unknown {
  const answer = operations[name].answer.safeParse(body);
  if (!answer.success) {
    const field = answer.error.issues[0]?.path.join('.') || 'the object';
    throw new MalformedAnswerError(
      `The upstream answered ${name} with an object that cannot be read at ${field}`,
      idOf(body),
    );
  }
  requireSameObject(name, asked, answer.data);
  if ('deleted' in answer.data && !answer.data.deleted) throw new NotDeletedError();
  return answer.data;
}

/** An object that names itself or what it belongs to otherwise than it was asked for is another object. */
function requireSameObject(name: OperationName, asked: Asked, answer: { id: string }): void {
  const { kind, idNames } = operations[name];
  const own = kind === 'list' || kind === 'create' ? undefined : idNames.at(-1);
  const claims: Asked = answer;
  for (const idName of [...idNames, 'run_id']) {
    const claimed = idName === own ? answer.id : claims[idName];
    const expected = asked[idName];
    // Null is a claim too: a message that no run wrote is none of the run whose messages were asked for.
    if (claimed !== undefined && expected !== undefined && claimed !== expected) {
      throw new MalformedAnswerError(
        `The upstream answered ${name} with another object than asked for`,
        answer.id,
      );
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedAnswerError('The upstream answered with something that is no JSON');
  }
}
