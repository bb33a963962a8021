/** How an HTTP answer becomes what an operation answers with, or a typed error. */
import { z } from 'zod';
import { MalformedAnswerError, RefusedError } from './errors.ts';
import { type OperationName, operations } from './operations.ts';
import { pathIdNames } from './path.ts';
import type { HttpAnswer } from './transport.ts';

/** An upstream's text for a person goes to our clients: never more of it than this, in characters. */
const LONGEST_MESSAGE = 500;

const errorBody = z.object({
  error: z.object({
    message: z.string().catch(''),
    type: z.string().optional().catch(undefined),
    code: z.string().optional().catch(undefined),
    param: z.string().optional().catch(undefined),
  }),
});

const pageBody = z.object({ data: z.array(z.unknown()), has_more: z.boolean().catch(false) });
const identified = z.object({ id: z.string() });

/**
 * Reads the answer to `name`, asked with the given ids.
 *
 * @throws RefusedError for a status of 400 or above; MalformedAnswerError for what is no JSON, lacks what the graph
 * cannot do without, or is another object than the one asked for. In a page such an item stands as its error.
 */
export function readAnswer(name: OperationName, ids: Record<string, unknown>, answer: HttpAnswer): unknown {
  if (answer.status >= 400) throw refusal(answer);
  if (answer.status < 200 || answer.status >= 300) {
    throw new MalformedAnswerError(`The upstream answered ${name} with status ${answer.status}`);
  }
  const body = parseJson(answer.text);
  if (operations[name].kind !== 'list') return readObject(name, ids, body);
  const page = pageBody.safeParse(body);
  if (!page.success)
    throw new MalformedAnswerError(`The upstream answered ${name} with something that is no page`);
  return { items: page.data.data.map((item) => readItem(name, ids, item)), has_more: page.data.has_more };
}

function readItem(name: OperationName, ids: Record<string, unknown>, item: unknown): unknown {
  try {
    return readObject(name, ids, item);
  } catch (error) {
    if (error instanceof MalformedAnswerError) return error;
    throw error;
  }
}

function readObject(name: OperationName, ids: Record<string, unknown>, body: unknown): unknown {
  const answer = operations[name].answer.safeParse(body);
  if (!answer.success) {
    const id = identified.safeParse(body);
    const field = answer.error.issues[0]?.path.join('.') || 'the object';
    throw new MalformedAnswerError(
      `The upstream answered ${name} with an object that cannot be read at ${field}`,
      id.success ? id.data.id : undefined,
    );
  }
  requireSameObject(name, ids, answer.data);
  return answer.data;
}

/** An object that names itself or its parents otherwise than it was asked for is another object. */
function requireSameObject(name: OperationName, ids: Record<string, unknown>, answer: { id: string }): void {
  const { kind, path } = operations[name];
  const names = pathIdNames(path);
  const own = kind === 'list' || kind === 'create' ? undefined : names.at(-1);
  const claims = new Map<string, unknown>(Object.entries(answer));
  for (const idName of names) {
    const claimed = idName === own ? answer.id : claims.get(idName);
    if (claimed !== undefined && claimed !== ids[idName]) {
      throw new MalformedAnswerError(
        `The upstream answered ${name} with another object than asked for`,
        answer.id,
      );
    }
  }
}

function refusal({ status, headers, text }: HttpAnswer): RefusedError {
  const body = errorBody.safeParse(tryJson(text));
  const error = body.success ? body.data.error : undefined;
  // Of a 5xx nothing is shown: it speaks of upstream's insides.
  const message = (status < 500 && error?.message) || `The upstream answered with status ${status}`;
  const details = {
    status,
    type: error?.type,
    code: error?.code,
    param: error?.param,
    requestId: first(headers['x-request-id']),
  };
  return new RefusedError(bounded(message), details, retryAfterMs(headers));
}

/** Milliseconds, from `retry-after-ms` or `retry-after` (seconds, or an HTTP date). */
function retryAfterMs(headers: HttpAnswer['headers']): number | undefined {
  const exact = Number(first(headers['retry-after-ms']) ?? Number.NaN);
  if (exact >= 0) return exact;
  const after = first(headers['retry-after']);
  if (after === undefined) return undefined;
  const seconds = Number(after);
  const ms = Number.isNaN(seconds) ? Date.parse(after) - Date.now() : seconds * 1000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** Upstreams are known to quote the key that they refused. */
function bounded(message: string): string {
  const clean = message
    .replace(/\b(sk|pk|key)-[\w*-]{4,}/gi, '[redacted]')
    .replace(/bearer\s+\S+/gi, '[redacted]');
  return clean.length > LONGEST_MESSAGE ? `${clean.slice(0, LONGEST_MESSAGE)}…` : clean;
}

function parseJson(text: string): unknown {
  const body = tryJson(text);
  if (body === undefined)
    throw new MalformedAnswerError('The upstream answered with something that is no JSON');
  return body;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
