import { limits } from '../../rest/limits.ts';
import type { OperationName } from '../../rest/operations.ts';
import type { PageParams } from '../store/page.ts';
import { invalid } from './api-error.ts';
import type { FileOperationName } from './file-operations.ts';

/** Reads the query parameters of a list. Throws a 400 whose `param` names the first invalid one. */
export function readPageParams(list: OperationName | FileOperationName, query: URLSearchParams): PageParams {
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
