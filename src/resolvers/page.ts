/**
 * Reads a page of a list. If the item at its cursor was deleted, the page starts at the nearest item that the cursor names
 * and that still exists.
 */
import { badUserInput } from '../errors.ts';
import type { Loaders, ReferencePage } from '../loaders/loaders.ts';
import {
  childIds,
  isDeletable,
  type ListedType,
  type ListQuery,
  type ParentIds,
} from '../loaders/node-types.ts';
import { isNotFound, MalformedResponseError, UnknownCursorError } from '../rest/errors.ts';
import type { PageRequest, PageStart } from './page-request.ts';

/** The objects of a type below a parent. */
export interface PagedList<Type extends ListedType> {
  readonly loaders: Loaders;
  readonly type: Type;
  readonly parent: ParentIds<Type>;
  /** Narrows the list. */
  readonly filter?: Pick<ListQuery, 'run_id'>;
}

/** A page in the order in which it is read. */
export interface ReadPage<Type extends ListedType> extends ReferencePage<Type> {
  /** REST IDs of items right before the page, the nearest first. */
  readonly preceding: readonly string[];
}

/** @throws BAD_USER_INPUT if neither the item at the cursor nor another one that it names is in the list */
export async function readPage<Type extends ListedType>(
  list: PagedList<Type>,
  request: PageRequest,
): Promise<ReadPage<Type>> {
  const { start, query } = request;
  if (start === undefined) return { ...(await listPage(list, query)), preceding: [] };
  const { id, preceding, order } = start.cursor;
  try {
    const page = await listPage(list, { ...query, after: id });
    return { ...page, preceding: order === query.order ? [id, ...preceding] : [id] };
  } catch (error) {
    if (!(error instanceof UnknownCursorError)) throw error;
    for (const survivor of survivorsOf(list.type, request)) {
      const page = await pageAtSurvivor(list, query, survivor);
      if (page !== undefined) return page;
    }
    throw unknownCursor(start, error);
  }
}

/** The most calls that {@link readPage} makes. */
export function maxCallsOf(type: ListedType, request: PageRequest): number {
  return survivorsOf(type, request).reduce((calls, { isOnPage }) => calls + (isOnPage ? 2 : 1), 1);
}

/** An item that can stand for a deleted one. */
interface Survivor {
  readonly id: string;
  /** Whether it comes after the deleted item in the order in which the page is read. */
  readonly isOnPage: boolean;
  readonly preceding: readonly string[];
}

function survivorsOf(type: ListedType, { start, query }: PageRequest): Survivor[] {
  if (start === undefined || !isDeletable(type)) return [];
  const { preceding, order } = start.cursor;
  const isOnPage = order !== query.order;
  return preceding.map((id, index) => ({ id, isOnPage, preceding: isOnPage ? [] : preceding.slice(index) }));
}

/** Undefined if this item does not exist either. */
async function pageAtSurvivor<Type extends ListedType>(
  list: PagedList<Type>,
  query: PageRequest['query'],
  { id, isOnPage, preceding }: Survivor,
): Promise<ReadPage<Type> | undefined> {
  const [page, items] = await Promise.all([
    listPage(list, { ...query, after: id }).catch(
      undefinedIf((error) => error instanceof UnknownCursorError),
    ),
    isOnPage ? readItem(list, id) : [],
  ]);
  if (page === undefined || items === undefined) return undefined;
  const all = [...items, ...page.items];
  return {
    items: all.slice(0, query.limit),
    has_more: page.has_more || all.length > query.limit,
    preceding,
  };
}

/** Undefined if it does not exist. */
async function readItem<Type extends ListedType>(
  { loaders, type, parent }: PagedList<Type>,
  id: string,
): Promise<ReferencePage<Type>['items'] | undefined> {
  const reference = loaders.reference(type, childIds(type, parent, id));
  try {
    await reference.load();
    return [reference];
  } catch (error) {
    if (error instanceof MalformedResponseError) return [error];
    return undefinedIf(isNotFound)(error);
  }
}

function listPage<Type extends ListedType>(
  { loaders, type, parent, filter }: PagedList<Type>,
  query: ListQuery,
) {
  return loaders.list(type, parent, { ...query, ...filter });
}

function undefinedIf(isExpected: (error: unknown) => boolean) {
  return (error: unknown): undefined => {
    if (!isExpected(error)) throw error;
  };
}

export function unknownCursor({ argument, text }: PageStart, error?: UnknownCursorError) {
  const refusal = badUserInput(argument, `must be a cursor of this list; '${text}' is not`);
  if (error !== undefined) refusal.extensions.upstream = error.upstream;
  return refusal;
}
