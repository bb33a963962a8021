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

/** A page of references, all of them loaded. An item that could not be read stands as its error. */
export interface ReferencePage<Type extends ListedType> {
  readonly items: readonly (Reference<Type> | MalformedResponseError)[];
  readonly has_more: boolean;
}

type ReferenceMaps = { readonly [Type in NodeType]: Map<string, Reference<Type>> };
type PageMaps = { readonly [Type in ListedType]: Map<string, Promise<ReferencePage<Type>>> };

/**
 * How one operation reads: each object once, each page once. There is a set for each query, and one for each root
 * field of a mutation, since each of those must see what the one before it did.
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
    // An array of promises rather than a promise of an array: nobody waits for the slowest of the batch.
    this.#objects = new DataLoader(async (wanted) => readBatch(wanted, this, rest));
  }

  /** The reference to an object. Asking costs nothing, and asking twice gives the same one. */
  reference<Type extends NodeType>(type: Type, ids: NodeIds<Type>): Reference<Type> {
    const key = pathOf(type, ids).join('/');
    const known = this.#references[type].get(key);
    if (known !== undefined) return known;
    const reference = new Reference(type, ids, this);
    this.#references[type].set(key, reference);
    return reference;
  }

  /** Reads the object behind a reference, once however often it is asked. For {@link Reference.load}. */
  async load(reference: Wanted): Promise<void> {
    await this.#objects.load(reference);
  }

  /** Reads a page of the objects below `parent`, once however often it is asked; they are loaded then. */
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
