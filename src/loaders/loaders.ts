import DataLoader from 'dataloader';
import type { RestClient } from '../rest/client.ts';
import { MalformedResponseError } from '../rest/errors.ts';
import { readBatch, type Wanted } from './collections.ts';
import {
  childIds,
  type ListedType,
  type ListQuery,
  listObjects,
  type NodeIds,
  type NodeType,
  type ParentIds,
  pathOf,
} from './node-types.ts';
import { Reference } from './reference.ts';

/** A page of loaded references. An item that could not be read is replaced by its error. */
export interface ReferencePage<Type extends ListedType> {
  readonly items: readonly (Reference<Type> | MalformedResponseError)[];
  readonly has_more: boolean;
}

/**
 * Reads each object and each page once per operation. A query has one set of loaders; a mutation has one for each root
 * field, since each field must see the effects of the fields before it.
 */
export class Loaders {
  readonly #rest: RestClient;
  readonly #objects: DataLoader<Wanted, Promise<void>>;
  /** By type and path. */
  readonly #references = new Map<string, unknown>();
  /** By type, parent and query. */
  readonly #pages = new Map<string, unknown>();

  constructor(rest: RestClient) {
    this.#rest = rest;
    // An array of promises rather than a promise of an array, so that no object waits for the slowest of its batch.
    this.#objects = new DataLoader(async (wanted) => readBatch(wanted, this, rest));
  }

  /** The reference to an object, always the same one. Costs no call. */
  reference<Type extends NodeType>(type: Type, ids: NodeIds<Type>): Reference<Type> {
    const key = [type, ...pathOf(type, ids)].join('/');
    const reference = this.#references.get(key) ?? new Reference(type, ids, this);
    this.#references.set(key, reference);
    // The key starts with the type.
    return reference as Reference<Type>;
  }

  /** Reads the object of a reference, at most once. For {@link Reference.load}. */
  async load(reference: Wanted): Promise<void> {
    await this.#objects.load(reference);
  }

  /** Reads a page of the objects below `parent`, at most once. Its references are loaded. */
  list<Type extends ListedType>(
    type: Type,
    parent: ParentIds<Type>,
    query: ListQuery,
  ): Promise<ReferencePage<Type>> {
    const { limit, order, after, before, run_id } = query;
    const key = JSON.stringify([type, parent, limit, order, after, before, run_id]);
    const page = this.#pages.get(key) ?? this.#readPage(type, parent, query);
    this.#pages.set(key, page);
    // The key starts with the type.
    return page as Promise<ReferencePage<Type>>;
  }

  async #readPage<Type extends ListedType>(
    type: Type,
    parent: ParentIds<Type>,
    query: ListQuery,
  ): Promise<ReferencePage<Type>> {
    const { items, has_more } = await listObjects(this.#rest, type, parent, query);
    return {
      has_more,
      items: items.map((item) =>
        item instanceof MalformedResponseError
          ? item
          : this.reference(type, childIds(type, parent, item.id)).offer(item),
      ),
    };
  }
}
