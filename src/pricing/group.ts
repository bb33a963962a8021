/** The objects that a query reaches, as far as they can be told apart before it runs. */
import type { WriteOperation } from '../fields/cost.ts';
import { lineageOf, type NodeType } from '../loaders/node-types.ts';
import { decodeGlobalId, type GlobalId, MAX_ID_LENGTH } from '../resolvers/global-id.ts';

/** Objects that a query reaches in one way. Equal keys mean the same objects. */
export interface Group {
  readonly key: string;
  readonly type: NodeType;
  /** The maximum number of different objects. */
  readonly count: number;
  /** The objects in their path, and others that they are known to belong to. */
  readonly owners: ReadonlyMap<NodeType, Group>;
  /** For an object in the path of one that was just written: the write. */
  readonly write?: WriteOperation;
}

/** Finds the groups of one operation. */
export class Groups {
  /** Short keys by long ones: a key stands in the keys of all groups below it. */
  readonly #keys = new Map<string, string>();

  /** The object that an argument names by its global ID or its REST path, which is not too long. */
  named(type: NodeType, text: string): Group {
    return this.#withGlobalId(decodeGlobalId(text) ?? { type, path: text.split('/') });
  }

  /** The object that a look-up finds. `Node` takes global IDs only. Undefined for an ID that execution refuses. */
  lookedUp(type: NodeType | 'Node', text: string, parents: Group | undefined): Group | undefined {
    if (text.length > MAX_ID_LENGTH) return undefined;
    if (type !== 'Node')
      return parents === undefined ? this.named(type, text) : this.#childOf(parents, type, text);
    const id = decodeGlobalId(text);
    return id && this.#withGlobalId(id);
  }

  /** What each object of a group links to: a different object each, as far as can be told. */
  linkedFrom(from: Group, type: NodeType, field: string): Group {
    const owners = new Map<NodeType, Group>();
    for (const each of lineageOf(type)) {
      const owner = from.owners.get(each) ?? (from.type === each ? from : undefined);
      if (owner !== undefined) owners.set(each, owner);
    }
    return { key: this.#short(`${from.key}.${field}`), type, count: from.count, owners };
  }

  /** A page of the objects below each of `parents`, or of all objects. @param run the run that wrote all of them */
  pageOf(
    type: NodeType,
    parents: Group | undefined,
    query: { readonly limit: number; readonly after?: string | undefined },
    run: Group | undefined,
  ): Group {
    const owners = parents === undefined ? new Map<NodeType, Group>() : ownersBelow(parents);
    if (run !== undefined) owners.set('Run', run);
    return {
      key: this.#short(`${parents?.key}/${type} ${JSON.stringify(query)} ${run?.key}`),
      type,
      count: (parents?.count ?? 1) * query.limit,
      owners,
    };
  }

  /** The run that wrote all messages of a page, if only those of one run are listed. @param runId an argument that says so */
  runOfPage(type: NodeType, parents: Group | undefined, runId: unknown): Group | undefined {
    if (parents?.type === 'Run' && !lineageOf(type).includes('Run')) return parents;
    if (parents === undefined || typeof runId !== 'string' || runId.length > MAX_ID_LENGTH) return undefined;
    return this.#childOf(parents, 'Run', runId);
  }

  /** Its key is the same as if it was reached through its parents. */
  #withGlobalId({ type, path }: GlobalId): Group {
    const [root = type, ...below] = [...lineageOf(type), type];
    const key = this.#short(`${root}:${quoted(path[0] ?? '')}`);
    const start: Group = { key, type: root, count: 1, owners: new Map() };
    return below.reduce((parent, child, index) => this.#childOf(parent, child, path[index + 1] ?? ''), start);
  }

  /** The object that an argument names below each of `parents`. */
  #childOf(parents: Group, type: NodeType, id: string): Group {
    const key = this.#short(`${parents.key}/${type}:${quoted(id)}`);
    return { key, type, count: parents.count, owners: ownersBelow(parents) };
  }

  #short(key: string): string {
    const short = this.#keys.get(key) ?? `#${this.#keys.size}`;
    this.#keys.set(key, short);
    return short;
  }
}

/** The object that a write returns. @param field the response name of the root field, which has loaders of its own */
export function written(type: NodeType, field: string, write: WriteOperation): Group {
  const owners = new Map<NodeType, Group>();
  for (const owner of lineageOf(type)) {
    const above = new Map(owners);
    owners.set(owner, { key: `${field}.${owner}`, type: owner, count: 1, owners: above, write });
  }
  return { key: field, type, count: 1, owners };
}

function ownersBelow(parents: Group): Map<NodeType, Group> {
  return new Map([...parents.owners, [parents.type, parents]]);
}

/** The last ID in a global ID or a REST path; in quotes, so that no ID reads like the key of another group. */
function quoted(id: string): string {
  return JSON.stringify(decodeGlobalId(id)?.path.at(-1) ?? id.split('/').at(-1) ?? id);
}
