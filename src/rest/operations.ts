/**
 * The 28 operations of the Assistants v1 REST API, and the only place that states their methods, paths and results. The
 * client, the local API's routes, docs/operations.md and the test that exercises every operation derive from it.
 */
import { z } from 'zod';
import type { MalformedResponseError } from './errors.ts';
import { pathIdNames } from './path.ts';
import type { RequestBodies } from './requests.ts';
import { assistant, assistantFile } from './wire/assistant.ts';
import { message, messageFile } from './wire/message.ts';
import { readerOf } from './wire/reader.ts';
import { run, runStep } from './wire/run.ts';
import { id } from './wire/scalars.ts';
import { thread } from './wire/thread.ts';

/** What an operation does to the object named by its path. */
export type OperationKind = 'list' | 'get' | 'create' | 'modify' | 'delete' | 'act';

const deletion = z.object({ id, deleted: z.boolean() });

function operation<
  const Method extends 'GET' | 'POST' | 'DELETE',
  const Path extends string,
  const Kind extends OperationKind,
  Result extends z.ZodType,
>(method: Method, path: Path, kind: Kind, result: Result) {
  return { method, path, kind, result, read: readerOf(result), idNames: pathIdNames(path) };
}

/** For a list, `result` is the schema of one item; `idNames` are those of the ids in the path, from the root down. */
export const operations = {
  listAssistants: operation('GET', '/assistants', 'list', assistant),
  createAssistant: operation('POST', '/assistants', 'create', assistant),
  getAssistant: operation('GET', '/assistants/{assistant_id}', 'get', assistant),
  modifyAssistant: operation('POST', '/assistants/{assistant_id}', 'modify', assistant),
  deleteAssistant: operation('DELETE', '/assistants/{assistant_id}', 'delete', deletion),
  listAssistantFiles: operation('GET', '/assistants/{assistant_id}/files', 'list', assistantFile),
  createAssistantFile: operation('POST', '/assistants/{assistant_id}/files', 'create', assistantFile),
  getAssistantFile: operation('GET', '/assistants/{assistant_id}/files/{file_id}', 'get', assistantFile),
  deleteAssistantFile: operation('DELETE', '/assistants/{assistant_id}/files/{file_id}', 'delete', deletion),
  createThread: operation('POST', '/threads', 'create', thread),
  getThread: operation('GET', '/threads/{thread_id}', 'get', thread),
  modifyThread: operation('POST', '/threads/{thread_id}', 'modify', thread),
  deleteThread: operation('DELETE', '/threads/{thread_id}', 'delete', deletion),
  listMessages: operation('GET', '/threads/{thread_id}/messages', 'list', message),
  createMessage: operation('POST', '/threads/{thread_id}/messages', 'create', message),
  getMessage: operation('GET', '/threads/{thread_id}/messages/{message_id}', 'get', message),
  modifyMessage: operation('POST', '/threads/{thread_id}/messages/{message_id}', 'modify', message),
  listMessageFiles: operation('GET', '/threads/{thread_id}/messages/{message_id}/files', 'list', messageFile),
  getMessageFile: operation(
    'GET',
    '/threads/{thread_id}/messages/{message_id}/files/{file_id}',
    'get',
    messageFile,
  ),
  createThreadAndRun: operation('POST', '/threads/runs', 'create', run),
  listRuns: operation('GET', '/threads/{thread_id}/runs', 'list', run),
  createRun: operation('POST', '/threads/{thread_id}/runs', 'create', run),
  getRun: operation('GET', '/threads/{thread_id}/runs/{run_id}', 'get', run),
  modifyRun: operation('POST', '/threads/{thread_id}/runs/{run_id}', 'modify', run),
  cancelRun: operation('POST', '/threads/{thread_id}/runs/{run_id}/cancel', 'act', run),
  submitToolOutputsToRun: operation(
    'POST',
    '/threads/{thread_id}/runs/{run_id}/submit_tool_outputs',
    'act',
    run,
  ),
  listRunSteps: operation('GET', '/threads/{thread_id}/runs/{run_id}/steps', 'list', runStep),
  getRunStep: operation('GET', '/threads/{thread_id}/runs/{run_id}/steps/{step_id}', 'get', runStep),
};

export type Operations = typeof operations;
export type OperationName = keyof Operations;

type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** The names of the ids in the path of an operation. */
export type PathIds<Name extends OperationName> = NamesIn<Operations[Name]['path']>;

/** Query parameters of a list. `limit` is 1 to 100, 20 by default; a cursor is an object's id. */
export interface PageQuery {
  limit?: number;
  order?: 'asc' | 'desc';
  after?: string;
  before?: string;
}

type QueryOf<Name extends OperationName> = Name extends 'listMessages'
  ? PageQuery & { run_id?: string }
  : Operations[Name]['kind'] extends 'list'
    ? PageQuery
    : unknown;

type WritingName = {
  [Name in OperationName]: Operations[Name]['method'] extends 'POST' ? Name : never;
}[OperationName];

type BodyOf<Name extends OperationName> = Name extends WritingName
  ? RequestBodies[Name] extends undefined
    ? unknown
    : { body: RequestBodies[Name] }
  : unknown;

/** The parameters of an operation: its path ids, the query of a list, the body of a write. */
export type RequestOf<Name extends OperationName> = Record<PathIds<Name>, string> &
  QueryOf<Name> &
  BodyOf<Name>;

/** One page. An item that could not be read is replaced by its error. `has_more` is about the requested direction. */
export interface Page<Item> {
  readonly items: readonly (Item | MalformedResponseError)[];
  readonly has_more: boolean;
}

/** The validated result of an operation. */
export type ResultOf<Name extends OperationName> = Operations[Name]['kind'] extends 'list'
  ? Page<z.output<Operations[Name]['result']>>
  : z.output<Operations[Name]['result']>;
