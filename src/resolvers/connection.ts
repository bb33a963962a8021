import { badUserInput } from '../errors.ts';
import type { Loaders, ReferencePage } from '../loaders/loaders.ts';
import type { ListedType, ListQuery, ParentIds } from '../loaders/node-types.ts';
import type { Reference } from '../loaders/reference.ts';
import { MalformedResponseError, UnknownCursorError } from '../rest/errors.ts';
import { limits } from '../rest/limits.ts';
import { requireIdLength } from './global-id.ts';

/** The arguments of a connection, as the client sent them. */
export interface ConnectionArguments {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  order?: 'asc' | 'desc' | null | undefined;
}

export interface Edge<Type extends ListedType> {
  readonly cursor: string;
  /** An error if this item could not be read. */
  readonly node: Reference<Type> | MalformedResponseError;
}

export interface Connection<Type extends ListedType> {
  readonly edges: readonly Edge<Type>[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** A page, and the list query that reads it. A backward page is read forwards in the opposite order. */
export interface PageRequest {
  readonly isBackward: boolean;
  readonly cursor: string | undefined;
  /** The argument that takes the cursor. */
  readonly argument: 'after' | 'before';
  readonly query: ListQuery & { readonly limit: number };
}

/**
 * Reads one page of the objects below `parent`, unless it is to have no items. A backward page is read forwards in the opposite order and then reversed,
 * since upstreams disagree about the meaning of `before`.
 *
 * @param filter narrows the list
 * @throws BAD_USER_INPUT naming the argument, for invalid arguments and unknown cursors
 */
export async function connection<Type extends ListedType>(
  loaders: Loaders,
  type: Type,
  parent: ParentIds<Type>,
  args: ConnectionArguments,
  filter: Pick<ListQuery, 'run_id'> = {},
): Promise<Connection<Type>> {
  const request = requirePage(args);
  const { isBackward, cursor, argument, query } = request;
  if (query.limit === 0) return emptyPage(request);
  const page = await loaders.list(type, parent, { ...query, ...filter }).catch((error: unknown) => {
    throw error instanceof UnknownCursorError ? unknownCursor(argument, cursor, error) : error;
  });
  const edges = edgesOf(page, cursor);
  return {
    edges: isBackward ? edges.reverse() : edges,
    hasNextPage: isBackward ? cursor !== undefined : page.has_more,
    hasPreviousPage: isBackward ? page.has_more : cursor !== undefined,
  };
}

/** The page of a list that is known to be empty. Makes no call. */
export function emptyConnection(args: ConnectionArguments): Connection<never> {
  const request = requirePage(args);
  const { argument, cursor, query } = request;
  if (cursor !== undefined && query.limit > 0) throw unknownCursor(argument, cursor);
  return emptyPage(request);
}

function emptyPage({ isBackward, cursor }: PageRequest): Connection<never> {
  const hasCursor = cursor !== undefined;
  return { edges: [], hasNextPage: isBackward && hasCursor, hasPreviousPage: !isBackward && hasCursor };
}

function unknownCursor(argument: string, cursor: string | undefined, error?: UnknownCursorError) {
  const refusal = badUserInput(argument, `must be a cursor of this list; '${cursor}' is not`);
  if (error !== undefined) refusal.extensions.upstream = error.upstream;
  return refusal;
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
  const [argument, cursor] = isBackward ? (['before', before] as const) : (['after', after] as const);
  if (cursor === '') throw badUserInput(argument, 'must not be empty');
  requireIdLength(cursor, argument);
  const limit = size ?? limits.defaultPageSize;
  const query = { limit, order: isBackward ? opposite(order ?? 'desc') : (order ?? 'desc') };
  return isGiven(cursor)
    ? { isBackward, cursor, argument, query: { ...query, after: cursor } }
    : { isBackward, cursor: undefined, argument, query };
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

function opposite(order: 'asc' | 'desc'): 'asc' | 'desc' {
  return order === 'asc' ? 'desc' : 'asc';
}

/** An item without a readable ID gets the cursor of the item before it, so that continuing from there skips nothing. */
function edgesOf<Type extends ListedType>(
  { items }: ReferencePage<Type>,
  start: string | undefined,
): Edge<Type>[] {
  let cursor = start ?? '';
  return items.map((node) => {
    cursor = (node instanceof MalformedResponseError ? node.id : node.restId) ?? cursor;
    return { cursor, node };
  });
}

/** @throws the error of a malformed item */
export function edgeNode<Type extends ListedType>({ node }: Edge<Type>): Reference<Type> {
  if (node instanceof MalformedResponseError) throw node;
  return node;
}

/** For a list of nodes, in which the error of a malformed item affects that item only. */
export function listedNode<Type extends ListedType>({ node }: Edge<Type>): Reference<Type> | Promise<never> {
  return node instanceof MalformedResponseError ? Promise.reject(node) : node;
}

/** The edge of an object that was just created. */
export function edgeOf<Type extends ListedType>(node: Reference<Type>): Edge<Type> {
  return { cursor: node.restId, node };
}
