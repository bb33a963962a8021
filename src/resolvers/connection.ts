import type { Loaders, ReferencePage } from '../loaders/loaders.ts';
import type { ListedType, ListQuery, ParentIds } from '../loaders/node-types.ts';
import type { Reference } from '../loaders/reference.ts';
import { HttpStatusError, MalformedResponseError } from '../rest/errors.ts';
import { limits } from '../rest/limits.ts';
import { badUserInput } from './errors.ts';

/** The arguments of a connection, as the client gave them. */
export interface ConnectionArguments {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  order?: 'asc' | 'desc' | null | undefined;
}

export interface Edge<Type extends ListedType> {
  readonly cursor: string;
  /** An error where this one object could not be read. */
  readonly node: Reference<Type> | MalformedResponseError;
}

export interface Connection<Type extends ListedType> {
  readonly edges: readonly Edge<Type>[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** A page in one direction, and what to ask of upstream for it: backwards is forwards in the opposite order. */
export interface PageRequest {
  readonly backwards: boolean;
  readonly cursor: string | undefined;
  /** The argument that the cursor came in. */
  readonly argument: 'after' | 'before';
  readonly query: ListQuery & { readonly limit: number };
}

/**
 * One page of what belongs to `parent`. Backwards is forwards in the opposite order, turned round, since upstreams
 * disagree on what `before` means.
 *
 * @param filter what the list is narrowed to
 * @throws BAD_USER_INPUT naming the argument, for pages that cannot be and for cursors that upstream does not know
 */
export async function connection<Type extends ListedType>(
  loaders: Loaders,
  type: Type,
  parent: ParentIds<Type>,
  args: ConnectionArguments,
  filter: Pick<ListQuery, 'run_id'> = {},
): Promise<Connection<Type>> {
  const { backwards, cursor, argument, query } = requirePage(args);
  const page = await loaders.list(type, parent, { ...query, ...filter }).catch((error: unknown) => {
    if (
      cursor === undefined ||
      !isUnknownCursor(error, cursor, Object.values<string>({ ...parent, ...filter }))
    )
      throw error;
    throw notInList(argument, cursor);
  });
  const edges = edgesOf(page, cursor);
  return {
    edges: backwards ? edges.reverse() : edges,
    hasNextPage: backwards ? cursor !== undefined : page.has_more,
    hasPreviousPage: backwards ? page.has_more : cursor !== undefined,
  };
}

/** The page of a list that is known to be empty: nothing is asked of upstream. */
export function emptyConnection(args: ConnectionArguments): Connection<never> {
  const { argument, cursor } = requirePage(args);
  if (cursor !== undefined) throw notInList(argument, cursor);
  return { edges: [], hasNextPage: false, hasPreviousPage: false };
}

function notInList(argument: string, cursor: string) {
  return badUserInput(argument, `'${cursor}' is not in this list`);
}

/** @throws BAD_USER_INPUT naming the argument, for pages that cannot be */
export function requirePage({ first, after, last, before, order }: ConnectionArguments): PageRequest {
  if (given(first) && given(last)) throw badUserInput('first', 'cannot be combined with last');
  if (given(first) && given(before)) throw badUserInput('first', 'cannot be combined with before');
  if (given(last) && given(after)) throw badUserInput('last', 'cannot be combined with after');
  if (given(after) && given(before)) throw badUserInput('after', 'cannot be combined with before');
  const backwards = given(last) || given(before);
  const [sizeArgument, size] = backwards ? (['last', last] as const) : (['first', first] as const);
  if (given(size) && (size < 1 || size > limits.pageSize)) {
    throw badUserInput(sizeArgument, `must be between 1 and ${limits.pageSize}`);
  }
  const [argument, cursor] = backwards ? (['before', before] as const) : (['after', after] as const);
  if (cursor === '') throw badUserInput(argument, 'is empty');
  const limit = size ?? limits.defaultPageSize;
  const query = { limit, order: backwards ? opposite(order ?? 'desc') : (order ?? 'desc') };
  return given(cursor)
    ? { backwards, cursor, argument, query: { ...query, after: cursor } }
    : { backwards, cursor: undefined, argument, query };
}

function given<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

function opposite(order: 'asc' | 'desc'): 'asc' | 'desc' {
  return order === 'asc' ? 'desc' : 'asc';
}

/** An item too damaged to have an id gets the cursor before it, so that whoever goes on from there skips nothing. */
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

/** Upstreams say 400 or 404 of a cursor that they do not know; either may speak of something else that was asked. */
function isUnknownCursor(error: unknown, cursor: string, otherIds: readonly string[]): boolean {
  if (!(error instanceof HttpStatusError)) return false;
  const { status, param } = error.upstream;
  if (status !== 400 && status !== 404) return false;
  if (param === 'after' || error.message.includes(`'${cursor}'`)) return true;
  if (otherIds.some((id) => error.message.includes(id))) return false;
  return status === 404 || error.message.includes(cursor);
}

/** @throws the error that stands in the place of a damaged object */
export function edgeNode<Type extends ListedType>({ node }: Edge<Type>): Reference<Type> {
  if (node instanceof MalformedResponseError) throw node;
  return node;
}

/** The same within a list, where an error costs its own place only. */
export function listedNode<Type extends ListedType>({ node }: Edge<Type>): Reference<Type> | Promise<never> {
  return node instanceof MalformedResponseError ? Promise.reject(node) : node;
}

/** The edge of an object that was just written. */
export function edgeOf<Type extends ListedType>(node: Reference<Type>): Edge<Type> {
  return { cursor: node.restId, node };
}
