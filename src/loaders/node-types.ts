import type { z } from 'zod';
import type { RestClient } from '../rest/client.ts';
import {
  type OperationName,
  type Operations,
  operations,
  type Page,
  type PageQuery,
  type PathIds,
  type RequestOf,
} from '../rest/operations.ts';

/** The node types of the graph, and the operations that read them. Threads cannot be listed. */
const reads = {
  Assistant: { get: 'getAssistant', list: 'listAssistants' },
  AssistantFile: { get: 'getAssistantFile', list: 'listAssistantFiles' },
  Thread: { get: 'getThread' },
  Message: { get: 'getMessage', list: 'listMessages' },
  MessageFile: { get: 'getMessageFile', list: 'listMessageFiles' },
  Run: { get: 'getRun', list: 'listRuns' },
  RunStep: { get: 'getRunStep', list: 'listRunSteps' },
} as const satisfies Record<string, { get: OperationName; list?: OperationName }>;

type Reads = typeof reads;

export type NodeType = keyof Reads;
export type ListedType = {
  [Type in NodeType]: Reads[Type] extends { list: OperationName } ? Type : never;
}[NodeType];

type GetOf<Type extends NodeType> = Reads[Type]['get'];
type ListOf<Type extends ListedType> = Reads[Type]['list'];

type Objects = { [Type in NodeType]: z.output<Operations[GetOf<Type>]['result']> };

/** The REST object of a type. */
export type NodeObject<Type extends NodeType> = Objects[Type];

/** The REST ids in an object's path, from the root down, by their names in the path. */
export type NodeIds<Type extends NodeType> = Record<PathIds<GetOf<Type>>, string>;

/** The path ids of the collection that lists a type. */
export type ParentIds<Type extends ListedType> = Record<PathIds<ListOf<Type>>, string>;

/** The query of a list; `run_id` selects the messages written by one run. */
export interface ListQuery extends PageQuery {
  run_id?: string;
  /** A page that some objects may be on. If it is too large to be read at once, it is not read in parts, but fails. */
  isSearch?: boolean;
}

// The keys are those of the table.
export const nodeTypes = Object.keys(reads) as readonly NodeType[];

/** Reads one object by its ids. @throws what {@link RestClient.call} throws */
export function getObject<Type extends NodeType>(
  rest: RestClient,
  type: Type,
  ids: NodeIds<Type>,
): Promise<NodeObject<Type>> {
  // The wire boundary: the table says which operation returns the type, and all that it takes is ids.
  const object: Promise<unknown> = rest.call(getOperation(type), ids as RequestOf<GetOf<Type>>);
  return object as Promise<NodeObject<Type>>;
}

/** Reads one page of the objects below a parent. @throws what {@link RestClient.call} throws */
export function listObjects<Type extends ListedType>(
  rest: RestClient,
  type: Type,
  parent: ParentIds<Type>,
  { isSearch = false, ...query }: ListQuery,
): Promise<Page<NodeObject<Type>>> {
  // The wire boundary, as in getObject.
  const request: object = { ...parent, ...query };
  const page: Promise<unknown> = rest.call(listOperation(type), request as RequestOf<ListOf<Type>>, {
    whole: isSearch,
  });
  return page as Promise<Page<NodeObject<Type>>>;
}

/** The operation that reads one object of a type. */
export function getOperation<Type extends NodeType>(type: Type): GetOf<Type> {
  return reads[type].get;
}

/** The operation that lists the objects of a type. */
export function listOperation<Type extends ListedType>(type: Type): ListOf<Type> {
  return reads[type].list;
}

/** The type of the object that an operation returns or deletes. */
export function typeOfResult(name: OperationName): NodeType {
  const { path, result } = operations[name];
  const type = nodeTypes.find((each) => {
    const get = operations[getOperation(each)];
    return get.result === result || get.path === path;
  });
  if (type === undefined) throw new Error(`${name} returns no object of a node type`);
  return type;
}

/** Whether an operation is about a thread that exists, or about something below it. */
export function isInThread(name: OperationName): boolean {
  return operations[name].idNames[0] === 'thread_id';
}

/** Whether a name is that of a node type. */
export function isNodeType(name: string): name is NodeType {
  return Object.hasOwn(reads, name);
}

/** Whether the API can list objects of this type. */
export function isListed(type: NodeType): type is ListedType {
  return 'list' in reads[type];
}

/** Whether objects of this type can be deleted by themselves, rather than with the object above them. */
export function isDeletable(type: NodeType): boolean {
  return deletable.has(type);
}

const deletable: ReadonlySet<NodeType> = new Set(
  Object.values(operations).flatMap(({ kind, path }) =>
    kind === 'delete' ? nodeTypes.filter((type) => operations[getOperation(type)].path === path) : [],
  ),
);

/** The names of the ids in the path of this type, from the root down. */
function idNamesOf(type: NodeType): readonly string[] {
  return operations[getOperation(type)].idNames;
}

/** The types of the objects in the path above an object of this type, from the root down. */
export function lineageOf(type: NodeType): readonly NodeType[] {
  return lineages.get(type) ?? [];
}

const lineages: ReadonlyMap<NodeType, readonly NodeType[]> = new Map(
  nodeTypes.map((type) => [type, findLineage(type)]),
);

function findLineage(type: NodeType): NodeType[] {
  const path = idNamesOf(type).join('/');
  return nodeTypes
    .filter((other) => path.startsWith(`${idNamesOf(other).join('/')}/`))
    .toSorted((one, other) => depthOf(one) - depthOf(other));
}

/** The number of ids in the path of this type. */
export function depthOf(type: NodeType): number {
  return idNamesOf(type).length;
}

/** The ids of an object as a path, from the root down. */
export function pathOf<Type extends NodeType>(type: Type, ids: NodeIds<Type>): string[] {
  const byName: Readonly<Record<string, string>> = ids;
  return idNamesOf(type).map((name) => byName[name] ?? '');
}

/** The inverse of {@link pathOf}. @param path as many segments as {@link depthOf} gives */
export function idsOf<Type extends NodeType>(type: Type, path: readonly string[]): NodeIds<Type> {
  const entries = idNamesOf(type).map((name, index) => [name, path[index]]);
  // The names come from the operation's path, and so do the keys of NodeIds.
  return Object.fromEntries(entries) as NodeIds<Type>;
}

/** The ids of the collection that lists the object with this path. */
export function parentOf<Type extends ListedType>(type: Type, path: readonly string[]): ParentIds<Type> {
  const entries = idNamesOf(type)
    .slice(0, -1)
    .map((name, index) => [name, path[index]]);
  // A collection's path is that of its objects without the last id.
  return Object.fromEntries(entries) as ParentIds<Type>;
}

/** The ids of the object `id` below `parent`. */
export function childIds<Type extends ListedType>(
  type: Type,
  parent: ParentIds<Type>,
  id: string,
): NodeIds<Type> {
  return idsOf(type, [...parentPathOf(type, parent), id]);
}

/** The ids of a parent as a path, from the root down. */
export function parentPathOf<Type extends ListedType>(type: Type, parent: ParentIds<Type>): string[] {
  const byName: Readonly<Record<string, string>> = parent;
  return idNamesOf(type)
    .slice(0, -1)
    .map((name) => byName[name] ?? '');
}
