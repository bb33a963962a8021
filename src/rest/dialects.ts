/** Refusals that the API has no code for. Upstreams tell them apart from others in words, each in its own way. */
import { ActiveRunError, type HttpStatusError, UnknownCursorError } from './errors.ts';
import { type OperationName, operations } from './operations.ts';
import type { RequestParams } from './response.ts';

/** @returns an error of a more specific type, if the upstream's words or its `param` say what it is about */
export function specificError(
  name: OperationName,
  params: RequestParams,
  error: HttpStatusError,
): HttpStatusError {
  const { kind } = operations[name];
  if (kind === 'create') return activeRunError(error) ?? error;
  return kind === 'list' && isUnknownCursor(params, error) ? new UnknownCursorError(error) : error;
}

/** The sentences that refuse a write to a locked thread. Some name the run. */
const ACTIVE_RUN = [/already has an active run(?: (\S+?))?\.?$/, /while a run(?: (\S+))? is active/];

function activeRunError(error: HttpStatusError): ActiveRunError | undefined {
  for (const sentence of ACTIVE_RUN) {
    const match = sentence.exec(error.message);
    if (match !== null) return new ActiveRunError(error, match[1]);
  }
  return undefined;
}

/** Unknown cursors are refused with 400 or 404, which may also be about another parameter of the request. */
function isUnknownCursor(
  { after, limit: _, order: __, ...ids }: RequestParams,
  error: HttpStatusError,
): boolean {
  const { status, param } = error.upstream;
  if (typeof after !== 'string' || (status !== 400 && status !== 404)) return false;
  if (param === 'after' || error.message.includes(`'${after}'`)) return true;
  if (Object.values(ids).some((id) => typeof id === 'string' && error.message.includes(id))) return false;
  return status === 404 || error.message.includes(after);
}
