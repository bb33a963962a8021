import DataLoader from 'dataloader';
import type { RestClient } from '../rest/client.ts';
import { MalformedResponseError, ResponseTooLargeError } from '../rest/errors.ts';
import type { Share } from '../turns.ts';
import { readBatch, type Wanted } from './collections.ts';
import {
  type ListedType,
  type ListQuery,
  listObjects,
  type NodeIds,
  type NodeType,
  type ParentIds,
  parentPathOf,
  pathOf,
} from './node-types.ts';
import { Reference } from './reference.ts';

/** A page of loaded references. An item that could not be read is replaced by its error. */
export interface ReferencePage<Type extends ListedType> {
  readonly items: readonly (Reference<Type> | MalformedResponseError)[];
  readonly has_more: boolean;
}

/** Making the error of a field takes as long as resolving some ten fields. */
const WORK_OF_ERROR = 10;

/** A page that is read or being read. The page of a search fails if it is too large, where another would be read in parts. */
interface KnownPage<Type extends ListedType> {
  readonly page: Promise<ReferencePage<Type>>;
  readonly isSearch: boolean;
}

/**
 * Reads each object and each page once per operation. A query has one set of loaders; a mutation has one for each root
 * field, since each field must see the effects of the fields before it.
 */
export class Loaders {
  readonly #rest: RestClient;
  readonly #turns: Share;
  readonly #objects: DataLoader<Wanted, Promise<void>>;
  /** By type and path. */
  readonly #references = new Map<string, unknown>();
  /** By type, parent and query. */
  readonly #pages = new Map<string, KnownPage<ListedType>>();

  /** @param turns of the operation, for the fields that wait for objects */
  constructor(rest: RestClient, turns: Share) {
    this.#rest = rest;
    this.#turns = turns;
    // An array of promises rather than a promise of an array, so that no object waits for the slowest of its batch.
    this.#objects = new DataLoader(async (wanted) => readBatch(wanted, this, rest));
  }

  /** The reference to an object, always the same one. Costs no call. */
  reference<Type extends NodeType>(type: Type, ids: NodeIds<Type>): Reference<Type> {
    return this.referenceAt(type, pathOf(type, ids));
  }

  /** The same by its path of REST ids, from the root down. */
  referenceAt<Type extends NodeType>(type: Type, path: readonly string[]): Reference<Type> {
    const key = `${type}/${path.join('/')}`;
    // The key starts with the type.
    const known = this.#references.get(key) as Reference<Type> | undefined;
    if (known !== undefined) return known;
    const reference = new Reference(type, path, this);
    this.#references.set(key, reference);
    return reference;
  }

  /** Reads the object of a reference, at most once. For {@link Reference.load}. */
  async load(reference: Wanted): Promise<void> {
    // Hundreds of fields can wait for each of many objects, which arrive or fail at the same moment.
    try {
      await this.#objects.load(reference);
    } catch (error) {
      await this.#turns.add(WORK_OF_ERROR * reference.waiting);
      throw error;
    }
    await this.#turns.add(reference.waiting);
  }

  /** Reads a page of the objects below `parent`, at most once. Its references are loaded. */
  list<Type extends ListedType>(
    type: Type,
    parent: ParentIds<Type>,
    query: ListQuery,
  ): Promise<ReferencePage<Type>> {
    const { limit, order, after, before, run_id, isSearch = false } = query;
    const key = JSON.stringify([type, parent, limit, order, after, before, run_id]);
    // The key starts with the type.
    const known = this.#pages.get(key) as KnownPage<Type> | undefined;
    if (known !== undefined && (isSearch || !known.isSearch)) return known.page;
    const page =
      known === undefined
        ? this.#readPage(type, parent, query)
        : known.page.catch((error: unknown) => {
            if (!(error instanceof ResponseTooLargeError)) throw error;
            return this.#readPage(type, parent, query);
          });
    this.#pages.set(key, { page, isSearch });
    return page;
  }

  async #readPage<Type extends ListedType>(
    type: Type,
    parent: ParentIds<Type>,
    query: ListQuery,
  ): Promise<ReferencePage<Type>> {
    const { items, has_more } = await listObjects(this.#rest, type, parent, query);
    const parentPath = parentPathOf(type, parent);
    return {
      has_more,
      items: items.map((item) =>
        item instanceof MalformedResponseError
          ? item
          : this.referenceAt(type, [...parentPath, item.id]).offer(item),
      ),
    };
  }
}
