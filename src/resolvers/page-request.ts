import { badUserInput } from '../errors.ts';
import type { ListQuery } from '../loaders/node-types.ts';
import { limits } from '../rest/limits.ts';
import { type Cursor, decodeCursor, type Order, opposite } from './cursor.ts';
import { requireIdLength } from './global-id.ts';

/** The arguments of a connection, as the client sent them. */
export interface ConnectionArguments {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  order?: Order | null | undefined;
}

/** A page, and the list query that reads it. A backward page is read forwards in the opposite order. */
export interface PageRequest {
  readonly isBackward: boolean;
  readonly query: Pick<ListQuery, 'limit' | 'order'> & { readonly limit: number; readonly order: Order };
  /** Where reading starts. Undefined for the whole list. */
  readonly start: PageStart | undefined;
}

export interface PageStart {
  readonly argument: 'after' | 'before';
  /** The value of the argument. */
  readonly text: string;
  readonly cursor: Cursor;
}

/** @throws BAD_USER_INPUT naming the argument, for invalid arguments */
export function requirePage({ first, after, last, before, order }: ConnectionArguments): PageRequest {
  if (isGiven(first) && isGiven(last)) throw badUserInput('first', 'cannot be combined with `last`');
  if (isGiven(first) && isGiven(before)) throw badUserInput('first', 'cannot be combined with `before`');
  if (isGiven(last) && isGiven(after)) throw badUserInput('last', 'cannot be combined with `after`');
  if (isGiven(after) && isGiven(before)) throw badUserInput('after', 'cannot be combined with `before`');
  const isBackward = isGiven(last) || isGiven(before);
  const [sizeArgument, size] = isBackward ? (['last', last] as const) : (['first', first] as const);
  if (isGiven(size) && (size < 0 || size > limits.pageSize)) {
    throw badUserInput(sizeArgument, `must be between 0 and ${limits.pageSize}`);
  }
  const start = isBackward ? requireStart('before', before) : requireStart('after', after);
  const listOrder = order ?? 'desc';
  const query = {
    limit: size ?? limits.defaultPageSize,
    order: isBackward ? opposite(listOrder) : listOrder,
  };
  return { isBackward, query, start };
}

function requireStart(
  argument: PageStart['argument'],
  text: string | null | undefined,
): PageStart | undefined {
  if (text === '') throw badUserInput(argument, 'must not be empty');
  requireIdLength(text, argument);
  return isGiven(text) ? { argument, text, cursor: decodeCursor(text) } : undefined;
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
