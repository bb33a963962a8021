import type { Loaders } from '../loaders/loaders.ts';
import { isDeletable, type ListedType, type ListQuery, type ParentIds } from '../loaders/node-types.ts';
import type { Reference } from '../loaders/reference.ts';
import { MalformedResponseError } from '../rest/errors.ts';
import { type Cursor, cursorAt, cursorOf, encodeCursor } from './cursor.ts';
import { type ReadPage, readPage, unknownCursor } from './page.ts';
import { type ConnectionArguments, type PageRequest, requirePage } from './page-request.ts';

export interface Edge<Type extends ListedType> {
  /**
   * Calculated only if it is selected. Undefined for an item without a readable ID at the start of a list.
   */
  readonly cursor: () => Cursor | undefined;
  /** An error if this item could not be read. */
  readonly node: Reference<Type> | MalformedResponseError;
}

export interface Connection<Type extends ListedType> {
  readonly edges: readonly Edge<Type>[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/**
 * Reads one page of the objects below `parent`. A backward page is read forwards in the opposite order and then reversed,
 * since upstreams disagree about the meaning of `before`. Makes no call for a page of no items.
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
  if (request.query.limit === 0) return emptyPage(request);
  const { isBackward, start, query } = request;
  const page = await readPage({ loaders, type, parent, filter }, request);
  const edges = edgesOf(type, page, query.order);
  return {
    edges: isBackward ? edges.reverse() : edges,
    hasNextPage: isBackward ? start !== undefined : page.has_more,
    hasPreviousPage: isBackward ? page.has_more : start !== undefined,
  };
}

/** The page of a list that is known to be empty. Makes no call. */
export function emptyConnection(args: ConnectionArguments): Connection<never> {
  const request = requirePage(args);
  const { start, query } = request;
  if (start !== undefined && query.limit > 0) throw unknownCursor(start);
  return emptyPage(request);
}

function emptyPage({ isBackward, start }: PageRequest): Connection<never> {
  const hasStart = start !== undefined;
  return { edges: [], hasNextPage: isBackward && hasStart, hasPreviousPage: !isBackward && hasStart };
}

function edgesOf<Type extends ListedType>(
  type: Type,
  { items, preceding }: ReadPage<Type>,
  order: Cursor['order'],
): Edge<Type>[] {
  const ids = items.map((item) =>
    item instanceof MalformedResponseError ? item.id || undefined : item.restId,
  );
  const all = [...preceding.toReversed(), ...ids];
  return items.map((node, index) => ({
    cursor() {
      const cursor = cursorAt(all, preceding.length + index, order);
      return cursor && !isDeletable(type) ? cursorOf(cursor.id) : cursor;
    },
    node,
  }));
}

/** Empty for an item that has no cursor. */
export function edgeCursor(edge: Pick<Edge<ListedType>, 'cursor'>): string {
  const cursor = edge.cursor();
  return cursor === undefined ? '' : encodeCursor(cursor);
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
  return { cursor: () => cursorOf(node.restId), node };
}
