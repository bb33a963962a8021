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

/** The REST ids that lead to an object, from the root down, under the names that its path gives them. */
export type NodeIds<Type extends NodeType> = Record<PathIds<GetOf[Type]>, string>;

/** The ids of what the objects of a type are listed under. */
export type ParentIds<Type extends ListedType> = Record<PathIds<ListOf[Type]>, string>;

/** Which page of a list; `run_id` keeps the messages that one run wrote. */
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

/** Reads one object by its ids. They throw what {@link RestClient.call} throws, as the listers do. */
export const getters: Getters = {
  Assistant: (rest, ids) => rest.call('getAssistant', ids),
  AssistantFile: (rest, ids) => rest.call('getAssistantFile', ids),
  Thread: (rest, ids) => rest.call('getThread', ids),
  Message: (rest, ids) => rest.call('getMessage', ids),
  MessageFile: (rest, ids) => rest.call('getMessageFile', ids),
  Run: (rest, ids) => rest.call('getRun', ids),
  RunStep: (rest, ids) => rest.call('getRunStep', ids),
};

/** Reads one page of what lies below a parent. */
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

/** Whether a name, of a type of the graph or from an id, is that of an object with an identity. */
export function isNodeType(name: string): name is NodeType {
  return Object.hasOwn(names, name);
}

/** Whether there is a list to find objects of this type in. */
export function isListed(type: NodeType): type is ListedType {
  return Object.hasOwn(listers, type);
}

const typesByIdName: Readonly<Record<string, NodeType>> = {
  assistant_id: 'Assistant',
  thread_id: 'Thread',
  message_id: 'Message',
  run_id: 'Run',
};

/** The types of what an object of this type lies below, from the root down. */
export function lineageOf(type: NodeType): NodeType[] {
  return names[type].slice(0, -1).flatMap((name) => typesByIdName[name] ?? []);
}

/** How many ids lead to an object of this type. */
export function depthOf(type: NodeType): number {
  return names[type].length;
}

/** The ids of an object as a path: from the root down, without their names. */
export function pathOf<Type extends NodeType>(type: Type, ids: NodeIds<Type>): string[] {
  const byName: Readonly<Record<string, string>> = ids;
  return names[type].map((name) => byName[name] ?? '');
}

/** The ids that a path of as many segments as {@link depthOf} says stands for. */
export function idsOf<Type extends NodeType>(type: Type, path: readonly string[]): NodeIds<Type> {
  const entries = names[type].map((name, index) => [name, path[index]]);
  // The names come from the operation's path, and so do the keys of NodeIds.
  return Object.fromEntries(entries) as NodeIds<Type>;
}

/** The ids of what an object with this path is listed under. */
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
