import type { RestClient } from '../rest/client.ts';
import { operations, type Page, type PageQuery, type PathIds } from '../rest/operations.ts';
import type { Assistant, AssistantFile } from '../rest/wire/assistant.ts';
import type { Message, MessageFile } from '../rest/wire/message.ts';
import type { Run, RunStep } from '../rest/wire/run.ts';
import type { Thread } from '../rest/wire/thread.ts';

/** The operation that reads one object of a type. */
interface GetOf {
  Assistant: 'getAssistant';
  AssistantFile: 'getAssistantFile';
  Thread: 'getThread';
  Message: 'getMessage';
  MessageFile: 'getMessageFile';
  Run: 'getRun';
  RunStep: 'getRunStep';
}

/** The operation that lists the objects of a type; threads cannot be listed. */
interface ListOf {
  Assistant: 'listAssistants';
  AssistantFile: 'listAssistantFiles';
  Message: 'listMessages';
  MessageFile: 'listMessageFiles';
  Run: 'listRuns';
  RunStep: 'listRunSteps';
}

export type NodeType = keyof GetOf;
export type ListedType = keyof ListOf;

interface Objects {
  Assistant: Assistant;
  AssistantFile: AssistantFile;
  Thread: Thread;
  Message: Message;
  MessageFile: MessageFile;
  Run: Run;
  RunStep: RunStep;
}

/** The REST object of a type. */
export type NodeObject<Type extends NodeType> = Objects[Type];

/** The REST ids in an object's path, from the root down, by their names in the path. */
export type NodeIds<Type extends NodeType> = Record<PathIds<GetOf[Type]>, string>;

/** The path ids of the collection that lists a type. */
export type ParentIds<Type extends ListedType> = Record<PathIds<ListOf[Type]>, string>;

/** The query of a list; `run_id` selects the messages written by one run. */
export interface ListQuery extends PageQuery {
  run_id?: string;
}

type Getters = {
  readonly [Type in NodeType]: (rest: RestClient, ids: NodeIds<Type>) => Promise<NodeObject<Type>>;
};

type Listers = {
  readonly [Type in ListedType]: (
    rest: RestClient,
    ids: ParentIds<Type>,
    query: ListQuery,
  ) => Promise<Page<NodeObject<Type>>>;
};

/** Reads one object by its ids. @throws what {@link RestClient.call} throws */
export const getters: Getters = {
  Assistant: (rest, ids) => rest.call('getAssistant', ids),
  AssistantFile: (rest, ids) => rest.call('getAssistantFile', ids),
  Thread: (rest, ids) => rest.call('getThread', ids),
  Message: (rest, ids) => rest.call('getMessage', ids),
  MessageFile: (rest, ids) => rest.call('getMessageFile', ids),
  Run: (rest, ids) => rest.call('getRun', ids),
  RunStep: (rest, ids) => rest.call('getRunStep', ids),
};

/** Reads one page of the objects below a parent. @throws what {@link RestClient.call} throws */
export const listers: Listers = {
  Assistant: (rest, ids, query) => rest.call('listAssistants', { ...ids, ...query }),
  AssistantFile: (rest, ids, query) => rest.call('listAssistantFiles', { ...ids, ...query }),
  Message: (rest, ids, query) => rest.call('listMessages', { ...ids, ...query }),
  MessageFile: (rest, ids, query) => rest.call('listMessageFiles', { ...ids, ...query }),
  Run: (rest, ids, query) => rest.call('listRuns', { ...ids, ...query }),
  RunStep: (rest, ids, query) => rest.call('listRunSteps', { ...ids, ...query }),
};

const names: Readonly<Record<NodeType, readonly string[]>> = {
  Assistant: operations.getAssistant.idNames,
  AssistantFile: operations.getAssistantFile.idNames,
  Thread: operations.getThread.idNames,
  Message: operations.getMessage.idNames,
  MessageFile: operations.getMessageFile.idNames,
  Run: operations.getRun.idNames,
  RunStep: operations.getRunStep.idNames,
};

/** Whether a name is that of a node type. */
export function isNodeType(name: string): name is NodeType {
  return Object.hasOwn(names, name);
}

/** Whether the API can list objects of this type. */
export function isListed(type: NodeType): type is ListedType {
  return Object.hasOwn(listers, type);
}

const typesByIdName: Readonly<Record<string, NodeType>> = {
  assistant_id: 'Assistant',
  thread_id: 'Thread',
  message_id: 'Message',
  run_id: 'Run',
};

/** The types of the objects in the path above an object of this type, from the root down. */
export function lineageOf(type: NodeType): NodeType[] {
  return names[type].slice(0, -1).flatMap((name) => typesByIdName[name] ?? []);
}

/** The number of ids in the path of this type. */
export function depthOf(type: NodeType): number {
  return names[type].length;
}

/** The ids of an object as a path, from the root down. */
export function pathOf<Type extends NodeType>(type: Type, ids: NodeIds<Type>): string[] {
  const byName: Readonly<Record<string, string>> = ids;
  return names[type].map((name) => byName[name] ?? '');
}

/** The inverse of {@link pathOf}. @param path as many segments as {@link depthOf} gives */
export function idsOf<Type extends NodeType>(type: Type, path: readonly string[]): NodeIds<Type> {
  const entries = names[type].map((name, index) => [name, path[index]]);
  // The names come from the operation's path, and so do the keys of NodeIds.
  return Object.fromEntries(entries) as NodeIds<Type>;
}

/** The ids of the collection that lists the object with this path. */
export function parentOf<Type extends ListedType>(type: Type, path: readonly string[]): ParentIds<Type> {
  const entries = names[type].slice(0, -1).map((name, index) => [name, path[index]]);
  // A collection's path is that of its objects without the last id.
  return Object.fromEntries(entries) as ParentIds<Type>;
}

/** The ids of the object `id` below `parent`. */
export function childIds<Type extends ListedType>(
  type: Type,
  parent: ParentIds<Type>,
  id: string,
): NodeIds<Type> {
  const ids: Readonly<Record<string, string>> = parent;
  return idsOf(type, [...names[type].slice(0, -1).map((name) => ids[name] ?? ''), id]);
}
