/**
 * The API has no multi-get, but it has lists. Objects of one collection that are wanted at the same moment are looked
 * for on its newest pages, and what is not found there is read one by one.
 */
import type { RestClient } from '../rest/client.ts';
import { limits } from '../rest/limits.ts';
import type { Loaders, ReferencePage } from './loaders.ts';
import { isListed, type ListedType, type ListQuery, type NodeType, parentOf } from './node-types.ts';
import type { Reference } from './reference.ts';

/**
 * From how many objects on a page of their collection pays. It costs as much CPU as 11 to 28 GETs, 1 to 3 ms, and a
 * hundred objects' bytes; but calls are what upstreams ration. Measured by bench/listing.mjs, told in docs/loaders.md.
 */
export const LIST_THRESHOLD = 4;

/** The messages of one run are few, so that their list is hardly longer than what is wanted of it. */
export const RUN_MESSAGES_LIST_THRESHOLD = 2;

/** A reference of whatever type, as far as reading it goes. */
export type Wanted = Pick<Reference<NodeType>, 'type' | 'path' | 'object' | 'writtenBy' | 'get'>;

/** How to list the collection that some objects lie in, and how many of them make that worth while. */
interface Listing {
  readonly threshold: number;
  page(after: string | undefined): Promise<ReferencePage<ListedType>>;
}

/** Reads what is wanted with as few calls as pay. @returns for each, in its order, when it has been read */
export function readBatch(wanted: readonly Wanted[], loaders: Loaders, rest: RestClient): Promise<void>[] {
  const found = new Map<Wanted, Promise<void>>();
  for (const group of collectionsOf(wanted)) {
    const listing = listingOf(group, loaders);
    if (listing === undefined || group.length < listing.threshold) continue;
    for (const [one, read] of search(group, listing, rest)) found.set(one, read);
  }
  return wanted.map((one) => found.get(one) ?? one.get(rest));
}

function collectionsOf(wanted: readonly Wanted[]): Iterable<Wanted[]> {
  const groups = new Map<string, Wanted[]>();
  for (const one of wanted) {
    const collection = [one.type, ...one.path.slice(0, -1)].join('/');
    const group = groups.get(collection);
    if (group === undefined) groups.set(collection, [one]);
    else group.push(one);
  }
  return groups.values();
}

function listingOf([first, ...others]: readonly Wanted[], loaders: Loaders): Listing | undefined {
  if (first === undefined || !isListed(first.type)) return undefined;
  const { type, path, writtenBy } = first;
  const query: ListQuery = { limit: limits.pageSize, order: 'desc' };
  const isOneRun = writtenBy !== undefined && others.every((other) => other.writtenBy === writtenBy);
  if (isOneRun) query.run_id = writtenBy;
  return {
    threshold: isOneRun ? RUN_MESSAGES_LIST_THRESHOLD : LIST_THRESHOLD,
    page: (after) =>
      loaders.list(type, parentOf(type, path), after === undefined ? query : { ...query, after }),
  };
}

function search(group: readonly Wanted[], listing: Listing, rest: RestClient): [Wanted, Promise<void>][] {
  const missing = new Map<Wanted, (read?: Promise<void>) => void>();
  const reads = group.map((one): [Wanted, Promise<void>] => [
    one,
    new Promise((resolve) => missing.set(one, resolve)),
  ]);
  void searchPages(missing, listing).then(() => {
    for (const [one, resolve] of missing) resolve(one.get(rest));
  });
  return reads;
}

/**
 * Takes from `missing` what its pages hold. Goes on as long as enough is missing to pay for another page, and the last
 * one held some of it: where a page holds none, what is wanted is old, and may be anywhere.
 */
async function searchPages(missing: Map<Wanted, () => void>, { threshold, page }: Listing): Promise<void> {
  let after: string | undefined;
  do {
    // A list that fails proves nothing of the objects: they are read one by one, and speak for themselves.
    const answer = await page(after).catch(() => undefined);
    const sizeBefore = missing.size;
    for (const [one, resolve] of missing) {
      if (one.object === undefined) continue;
      missing.delete(one);
      resolve();
    }
    const isWorthwhile = missing.size < sizeBefore && missing.size >= threshold;
    after = isWorthwhile && answer?.has_more ? endOf(answer) : undefined;
  } while (after !== undefined);
}

function endOf({ items }: ReferencePage<ListedType>): string | undefined {
  const last = items.at(-1);
  return last instanceof Error ? last.id : last?.restId;
}
