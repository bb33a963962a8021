/** Which objects a query reaches, as far as can be told before it runs. */
import { lineageOf, type NodeType } from '../loaders/node-types.ts';
import { decodeGlobalId, type GlobalId } from '../resolvers/global-id.ts';

/** Objects that a query reaches by one way. The same key, the same objects. */
export interface Group {
  readonly key: string;
  readonly type: NodeType;
  /** How many different ones there can be. */
  readonly count: number;
  /** What they lie below, or are known to belong to. */
  readonly owners: ReadonlyMap<NodeType, Group>;
}

/** An object that lies below no other. @param id as the client gave it */
export function rootObject(type: NodeType, id: string): Group {
  return { key: `${type}:${quoted(id)}`, type, count: 1, owners: new Map() };
}

/** The object that an argument names, below each of `parents`. */
export function childOf(parents: Group, type: NodeType, id: string): Group {
  const key = `${parents.key}/${type}:${quoted(id)}`;
  return { key, type, count: parents.count, owners: ownersBelow(parents) };
}

/** The object with a global id; found under the same key as by way of its parents. */
export function namedBy({ type, path }: GlobalId): Group {
  const [root, ...below] = [...lineageOf(type), type];
  const start = rootObject(root ?? type, path[0] ?? '');
  return below.reduce((parent, child, index) => childOf(parent, child, path[index + 1] ?? ''), start);
}

/** What each object of a group points to, and that is no owner: another one each, for all we know. */
export function linkedFrom(from: Group, type: NodeType, field: string): Group {
  const lineage = lineageOf(type).flatMap(
    (owner) => from.owners.get(owner) ?? (from.type === owner ? from : []),
  );
  const owners = new Map(lineage.map((owner) => [owner.type, owner]));
  return { key: `${from.key}.${field}`, type, count: from.count, owners };
}

/** A page of what lies below each of `parents`, or of all there is. @param run the one that wrote all of it */
export function pageOf(
  type: NodeType,
  parents: Group | undefined,
  query: { readonly limit: number },
  run: Group | undefined,
): Group {
  const owners = parents === undefined ? new Map<NodeType, Group>() : ownersBelow(parents);
  if (run !== undefined) owners.set('Run', run);
  return {
    key: `${parents?.key}/${type} ${JSON.stringify(query)} ${run?.key}`,
    type,
    count: (parents?.count ?? 1) * query.limit,
    owners,
  };
}

/** What a write answers with. @param field the one of the mutation, by which its loader set is told from others */
export function written(type: NodeType, field: string): Group {
  const owners = new Map<NodeType, Group>();
  for (const owner of lineageOf(type)) {
    owners.set(owner, { key: `${field}.${owner}`, type: owner, count: 1, owners: new Map(owners) });
  }
  return { key: field, type, count: 1, owners };
}

function ownersBelow(parents: Group): Map<NodeType, Group> {
  return new Map([...parents.owners, [parents.type, parents]]);
}

/** Global or not, the last id of its path; in quotes, so that no id reads like another group's key. */
function quoted(id: string): string {
  return JSON.stringify(decodeGlobalId(id)?.path.at(-1) ?? id.split('/').at(-1) ?? id);
}
