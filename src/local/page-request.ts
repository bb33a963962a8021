import { limits } from '../rest/limits.ts';
import type { OperationName } from '../rest/operations.ts';
import { invalid } from './api-error.ts';
import type { FileOperationName } from './file-operations.ts';
import { type Kept, listObject, type Page, type PageRequest } from './store/collection.ts';

/** Reads what a list is asked with; throws a 400 whose `param` names what is out of range. */
export function readPageRequest(
  list: OperationName | FileOperationName,
  query: URLSearchParams,
): PageRequest {
  const order = query.get('order') ?? 'desc';
  if (order !== 'asc' && order !== 'desc') throw invalid("'order' must be 'asc' or 'desc'.", 'order');
  return {
    limit: readLimit(query.get('limit')),
    order,
    after: query.get('after') ?? undefined,
    before: query.get('before') ?? undefined,
    run_id: list === 'listMessages' ? (query.get('run_id') ?? undefined) : undefined,
  };
}

function readLimit(text: string | null): number {
  if (text === null) return limits.defaultPageSize;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > limits.pageSize) {
    throw invalid(`'limit' must be an integer from 1 to ${limits.pageSize}.`, 'limit');
  }
  return limit;
}

/** A page of the few items that one object holds itself, oldest first: as exact as those of a collection. */
export function pageOfFew<Item extends Kept>(oldestFirst: readonly Item[], request: PageRequest) {
  const { limit, order, after, before } = request;
  const items = order === 'asc' ? oldestFirst : oldestFirst.toReversed();
  const place = (param: 'after' | 'before', id: string) => {
    const index = items.findIndex((item) => item.id === id);
    if (index < 0) throw invalid(`'${param}' names '${id}', which is not in this list.`, param);
    return index;
  };
  const within = items.slice(
    after === undefined ? 0 : place('after', after) + 1,
    before === undefined ? undefined : place('before', before),
  );
  const backwards = before !== undefined && after === undefined;
  const page: Page<Item> = {
    items: backwards ? within.slice(-limit) : within.slice(0, limit),
    has_more: within.length > limit,
  };
  return listObject(page);
}
