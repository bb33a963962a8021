/** A GraphQL operation for each REST operation. Its ids are those of the samples. */
import type { NodeType } from '../../src/loaders/node-types.ts';
import type { OperationName } from '../../src/rest/operations.ts';
import { ownFields } from '../support/selections.ts';

export interface OperationQuery {
  /** The type of the object that the REST operation returns, lists or deletes. */
  readonly type: NodeType;
  readonly query: string;
  /** The path in `data` of the field that makes the REST call. */
  readonly path: readonly string[];
}

const inThread = '{ thread(id: "thread_1") { * } }';
const inRun = '{ thread(id: "thread_1") { run(id: "run_1") { * } } }';
const inMessage = '{ thread(id: "thread_1") { message(id: "msg_1") { * } } }';
const inAssistant = '{ assistant(id: "asst_1") { * } }';

function read(type: NodeType, around: string, field: string, selection: string): OperationQuery {
  const path = [...around.matchAll(/(\w+)\(/g)].map(([, name = '']) => name);
  const bare = field.replace(/\(.*/, '');
  const query = around.replace('*', `${field} { ${selection} }`);
  // A second field, which no failure may affect.
  return { type, query: query.replace('{', '{ __typename '), path: [...path, bare] };
}

const get = (type: NodeType, around: string, field: string) => read(type, around, field, ownFields(type));
const list = (type: NodeType, around: string, field: string) =>
  read(type, around, `${field}(first: 100)`, `edges { cursor node { ${ownFields(type)} } }`);

function write(type: NodeType, mutation: string, input: string, selection: string): OperationQuery {
  return {
    type,
    query: `mutation { __typename ${mutation}(input: ${input}) { ${selection} } }`,
    path: [mutation],
  };
}

const object = (type: NodeType) => `object: ${lowerFirst(type)} { ${ownFields(type)} }`;
const returns = (type: NodeType, mutation: string, input: string) =>
  write(type, mutation, input, object(type));
const deletes = (type: NodeType, mutation: string, id: string) =>
  write(type, mutation, `{ id: "${id}" }`, 'deletedId');

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

const RUN = 'id: "thread_1/run_1"';

export const operationQueries: { readonly [Name in OperationName]: OperationQuery } = {
  listAssistants: list('Assistant', '{ * }', 'assistants'),
  createAssistant: returns('Assistant', 'createAssistant', '{ model: "offline" }'),
  getAssistant: get('Assistant', '{ * }', 'assistant(id: "asst_1")'),
  modifyAssistant: returns('Assistant', 'modifyAssistant', '{ id: "asst_1", name: "Guide" }'),
  deleteAssistant: deletes('Assistant', 'deleteAssistant', 'asst_1'),
  listAssistantFiles: list('AssistantFile', inAssistant, 'files'),
  createAssistantFile: returns(
    'AssistantFile',
    'createAssistantFile',
    '{ assistantId: "asst_1", fileId: "file-1" }',
  ),
  getAssistantFile: get('AssistantFile', inAssistant, 'file(id: "file-1")'),
  deleteAssistantFile: deletes('AssistantFile', 'deleteAssistantFile', 'asst_1/file-1'),
  createThread: returns('Thread', 'createThread', '{}'),
  getThread: get('Thread', '{ * }', 'thread(id: "thread_1")'),
  modifyThread: returns('Thread', 'modifyThread', '{ id: "thread_1", metadata: {} }'),
  deleteThread: deletes('Thread', 'deleteThread', 'thread_1'),
  listMessages: list('Message', inThread, 'messages'),
  createMessage: returns('Message', 'createMessage', '{ threadId: "thread_1", content: "Hello." }'),
  getMessage: get('Message', inThread, 'message(id: "msg_1")'),
  modifyMessage: returns('Message', 'modifyMessage', '{ id: "thread_1/msg_1", metadata: {} }'),
  listMessageFiles: list('MessageFile', inMessage, 'files'),
  getMessageFile: get('MessageFile', inMessage, 'file(id: "file-1")'),
  createThreadAndRun: returns('Run', 'createThreadAndRun', '{ assistantId: "asst_1" }'),
  listRuns: list('Run', inThread, 'runs'),
  createRun: returns('Run', 'createRun', '{ threadId: "thread_1", assistantId: "asst_1" }'),
  getRun: get('Run', inThread, 'run(id: "run_1")'),
  modifyRun: returns('Run', 'modifyRun', `{ ${RUN}, metadata: {} }`),
  cancelRun: returns('Run', 'cancelRun', `{ ${RUN} }`),
  submitToolOutputsToRun: returns(
    'Run',
    'submitToolOutputsToRun',
    `{ ${RUN}, toolOutputs: [{ toolCallId: "call_1", output: "5" }] }`,
  ),
  listRunSteps: list('RunStep', inRun, 'steps'),
  getRunStep: get('RunStep', inRun, 'step(id: "step_1")'),
};
