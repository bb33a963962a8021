/** What every stored object has. */
export interface StoredObject {
  readonly id: string;
  readonly created_at: number;
}

/** The query parameters of a list. */
export interface PageParams {
  readonly limit: number;
  readonly order: 'asc' | 'desc';
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  /** For messages: only those written by this run. */
  readonly run_id?: string | undefined;
}

export interface Page<Item> {
  /** To be read once: they may come from the disk one by one. */
  readonly items: Iterable<Item>;
  /** Whether there are more items in the direction of the request. */
  readonly has_more: boolean;
}

/** The cursor in `after` or `before` is not the id of an item in the list. */
export class UnknownCursorError extends Error {
  override name = 'UnknownCursorError';
  readonly param: 'after' | 'before';

  constructor(param: 'after' | 'before', cursor: string) {
    super(`'${param}' names '${cursor}', which is not in this list.`);
    this.param = param;
  }
}

/** A page of a list that one object holds itself, oldest first. Throws an {@link UnknownCursorError}. */
export function pageOf<Item extends StoredObject>(
  oldestFirst: readonly Item[],
  params: PageParams,
): Page<Item> {
  const { limit, order, after, before } = params;
  const items = order === 'asc' ? oldestFirst : oldestFirst.toReversed();
  const indexOf = (param: 'after' | 'before', id: string) => {
    const index = items.findIndex((item) => item.id === id);
    if (index < 0) throw new UnknownCursorError(param, id);
    return index;
  };
  const between = items.slice(
    after === undefined ? 0 : indexOf('after', after) + 1,
    before === undefined ? undefined : indexOf('before', before),
  );
  // With only `before`, the page is the last items before it.
  const backwards = before !== undefined && after === undefined;
  return {
    items: backwards ? between.slice(-limit) : between.slice(0, limit),
    has_more: between.length > limit,
  };
}
