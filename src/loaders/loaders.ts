import DataLoader from 'dataloader';
import type { RestClient } from '../rest/client.ts';
import { MalformedResponseError } from '../rest/errors.ts';
import { readBatch, type Wanted } from './collections.ts';
import {
  childIds,
  type ListedType,
  type ListQuery,
  listers,
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

type ReferenceMaps = { readonly [Type in NodeType]: Map<string, Reference<Type>> };
type PageMaps = { readonly [Type in ListedType]: Map<string, Promise<ReferencePage<Type>>> };

/**
 * Reads each object and each page once per operation. A query has one set of loaders; a mutation has one for each root
 * field, since each field must see the effects of the fields before it.
 */
export class Loaders {
  readonly #rest: RestClient;
  readonly #objects: DataLoader<Wanted, Promise<void>>;
  readonly #references: ReferenceMaps = {
    Assistant: new Map(),
    AssistantFile: new Map(),
    Thread: new Map(),
    Message: new Map(),
    MessageFile: new Map(),
    Run: new Map(),
    RunStep: new Map(),
  };
  readonly #pages: PageMaps = {
    Assistant: new Map(),
    AssistantFile: new Map(),
    Message: new Map(),
    MessageFile: new Map(),
    Run: new Map(),
    RunStep: new Map(),
  };

  constructor(rest: RestClient) {
    this.#rest = rest;
    // An array of promises rather than a promise of an array, so that no object waits for the slowest of its batch.
    this.#objects = new DataLoader(async (wanted) => readBatch(wanted, this, rest));
  }

  /** The reference to an object, always the same one. Costs no call. */
  reference<Type extends NodeType>(type: Type, ids: NodeIds<Type>): Reference<Type> {
    const key = pathOf(type, ids).join('/');
    const known = this.#references[type].get(key);
    if (known !== undefined) return known;
    const reference = new Reference(type, ids, this);
    this.#references[type].set(key, reference);
    return reference;
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
    const key = JSON.stringify([parent, query.limit, query.order, query.after, query.before, query.run_id]);
    const known = this.#pages[type].get(key);
    if (known !== undefined) return known;
    const page = this.#readPage(type, parent, query);
    this.#pages[type].set(key, page);
    return page;
  }

  async #readPage<Type extends ListedType>(
    type: Type,
    parent: ParentIds<Type>,
    query: ListQuery,
  ): Promise<ReferencePage<Type>> {
    const { items, has_more } = await listers[type](this.#rest, parent, query);
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
