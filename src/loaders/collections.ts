/**
 * The API has no multi-get, but it has lists. Objects of one collection that are requested at the same moment are
 * searched for on its newest pages; the rest are read one by one.
 */
import type { RestClient } from '../rest/client.ts';
import { limits } from '../rest/limits.ts';
import type { Loaders, ReferencePage } from './loaders.ts';
import { isListed, type ListedType, type ListQuery, type NodeType, parentOf } from './node-types.ts';
import type { Reference } from './reference.ts';

/**
 * Number of requested objects from which a list page is worth its cost. A page costs as much CPU as 11 to 28 GETs (1 to
 * 3 ms) and the bytes of a hundred objects, but upstreams ration calls. Measured by bench/listing.mjs; see docs/loaders.md.
 */
export const LIST_THRESHOLD = 4;

/** A run writes few messages, so their list is hardly longer than the messages requested. */
export const RUN_MESSAGES_LIST_THRESHOLD = 2;

/** A reference of any type, reduced to what reading it takes. */
export type Wanted = Pick<Reference<NodeType>, 'type' | 'path' | 'object' | 'writtenBy' | 'waiting' | 'get'>;

/** How to list a collection, and the number of requested objects from which that pays. */
interface Listing {
  readonly threshold: number;
  page(after: string | undefined): Promise<ReferencePage<ListedType>>;
}

/** Reads a batch of objects with as few calls as possible. @returns a promise for each, in order, settled once it is read */
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
  const query: ListQuery = { limit: limits.pageSize, order: 'desc', isSearch: true };
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
 * Removes from `missing` the objects found on list pages. Reads another page while enough objects are missing to pay for
 * it and the previous page held at least one: if it held none, the objects are old and could be on any page.
 */
async function searchPages(missing: Map<Wanted, () => void>, { threshold, page }: Listing): Promise<void> {
  let after: string | undefined;
  do {
    // A failed list says nothing about its objects: they are read one by one, each with its own outcome.
    const listed = await page(after).catch(() => undefined);
    const sizeBefore = missing.size;
    for (const [one, resolve] of missing) {
      if (one.object === undefined) continue;
      missing.delete(one);
      resolve();
    }
    const isWorthwhile = missing.size < sizeBefore && missing.size >= threshold;
    after = isWorthwhile && listed?.has_more ? endOf(listed) : undefined;
  } while (after !== undefined);
}

function endOf({ items }: ReferencePage<ListedType>): string | undefined {
  const last = items.at(-1);
  return last instanceof Error ? last.id : last?.restId;
}
