import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OperationName, operations } from '../../src/rest/operations.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { callRest, createWaitingRun, createWorld, upload, type World } from '../support/world.ts';

/** A query or a mutation with its `$input`, which makes one call of the operation and no other. */
interface Exercise {
  readonly query: string;
  readonly input?: (world: World, url: string) => object | Promise<object>;
}

const page = '(first: 2) { nodes { id } }';

/** How each REST operation is reached through the graph. The compiler requires every operation. */
const exercises: { readonly [Name in OperationName]: Exercise } = {
  listAssistants: { query: `{ assistants${page} }` },
  getAssistant: { query: '{ assistant(id: "ASSISTANT") { model } }' },
  createAssistant: {
    query:
      'mutation ($input: CreateAssistantInput!) { createAssistant(input: $input) { assistant { model } } }',
    input: () => ({ model: 'offline' }),
  },
  modifyAssistant: {
    query:
      'mutation ($input: ModifyAssistantInput!) { modifyAssistant(input: $input) { assistant { name } } }',
    input: ({ assistantId }) => ({ id: assistantId, name: 'Guide' }),
  },
  deleteAssistant: {
    query: 'mutation ($input: DeleteAssistantInput!) { deleteAssistant(input: $input) { deletedId } }',
    input: (_, url) => callRest(url, '/assistants', { model: 'offline' }).then(({ id }) => ({ id })),
  },
  listAssistantFiles: { query: `{ assistant(id: "ASSISTANT") { files${page} } }` },
  getAssistantFile: { query: '{ assistant(id: "ASSISTANT") { file(id: "FILE") { createdAt } } }' },
  createAssistantFile: {
    query:
      'mutation ($input: CreateAssistantFileInput!) { createAssistantFile(input: $input) { assistantFile { createdAt } } }',
    input: async ({ assistantIds }, url) => ({ assistantId: assistantIds[1], fileId: await upload(url) }),
  },
  deleteAssistantFile: {
    query:
      'mutation ($input: DeleteAssistantFileInput!) { deleteAssistantFile(input: $input) { deletedId } }',
    input: async ({ assistantIds, fileIds }, url) => {
      await callRest(url, `/assistants/${assistantIds[2]}/files`, { file_id: fileIds[0] });
      return { id: `${assistantIds[2]}/${fileIds[0]}` };
    },
  },
  getThread: { query: '{ thread(id: "THREAD") { createdAt } }' },
  createThread: {
    query: 'mutation ($input: CreateThreadInput!) { createThread(input: $input) { thread { createdAt } } }',
    input: () => ({}),
  },
  modifyThread: {
    query: 'mutation ($input: ModifyThreadInput!) { modifyThread(input: $input) { thread { metadata } } }',
    input: ({ threadId }) => ({ id: threadId, metadata: {} }),
  },
  deleteThread: {
    query: 'mutation ($input: DeleteThreadInput!) { deleteThread(input: $input) { deletedId } }',
    input: (_, url) => callRest(url, '/threads', {}).then(({ id }) => ({ id })),
  },
  listMessages: { query: `{ thread(id: "THREAD") { messages${page} } }` },
  getMessage: { query: '{ thread(id: "THREAD") { message(id: "MESSAGE") { text } } }' },
  createMessage: {
    query: 'mutation ($input: CreateMessageInput!) { createMessage(input: $input) { message { text } } }',
    input: ({ threadId }) => ({ threadId, content: 'Hello.' }),
  },
  modifyMessage: {
    query: 'mutation ($input: ModifyMessageInput!) { modifyMessage(input: $input) { message { metadata } } }',
    input: ({ threadId, messageIds }) => ({ id: `${threadId}/${messageIds[0]}`, metadata: {} }),
  },
  listMessageFiles: { query: `{ thread(id: "THREAD") { message(id: "MESSAGE") { files${page} } } }` },
  getMessageFile: {
    query: '{ thread(id: "THREAD") { message(id: "MESSAGE") { file(id: "FILE") { createdAt } } } }',
  },
  listRuns: { query: `{ thread(id: "THREAD") { runs${page} } }` },
  getRun: { query: '{ thread(id: "THREAD") { run(id: "RUN") { status } } }' },
  createRun: {
    query: 'mutation ($input: CreateRunInput!) { createRun(input: $input) { run { status } } }',
    input: async ({ assistantId }, url) => ({
      assistantId,
      threadId: (await callRest(url, '/threads', {})).id,
    }),
  },
  createThreadAndRun: {
    query:
      'mutation ($input: CreateThreadAndRunInput!) { createThreadAndRun(input: $input) { run { status } } }',
    input: ({ assistantId }) => ({ assistantId }),
  },
  modifyRun: {
    query: 'mutation ($input: ModifyRunInput!) { modifyRun(input: $input) { run { metadata } } }',
    input: ({ threadId, runIds }) => ({ id: `${threadId}/${runIds[0]}`, metadata: {} }),
  },
  cancelRun: {
    query: 'mutation ($input: CancelRunInput!) { cancelRun(input: $input) { run { status } } }',
    input: async ({ assistantId }, url) => {
      const { thread_id, id } = await createWaitingRun(url, assistantId);
      return { id: `${thread_id}/${id}` };
    },
  },
  submitToolOutputsToRun: {
    query:
      'mutation ($input: SubmitToolOutputsToRunInput!) { submitToolOutputsToRun(input: $input) { run { status } } }',
    input: async ({ assistantId }, url) => {
      const { thread_id, id, required_action } = await createWaitingRun(url, assistantId);
      const calls = required_action?.submit_tool_outputs.tool_calls ?? [];
      const toolOutputs = calls.map((call) => ({ toolCallId: call.id, output: 'done' }));
      return { id: `${thread_id}/${id}`, toolOutputs };
    },
  },
  listRunSteps: { query: `{ thread(id: "THREAD") { run(id: "RUN") { steps${page} } } }` },
  getRunStep: { query: '{ thread(id: "THREAD") { run(id: "RUN") { step(id: "STEP") { status } } } }' },
};

let graph: Graph;
let world: World;
beforeAll(async () => {
  graph = await startGraph();
  world = await createWorld(graph.localUrl);
});
afterAll(() => graph.close());

test('there are 28 operations', () => {
  expect(Object.keys(operations)).toHaveLength(28);
});

test.each(Object.entries(exercises))(
  '%s is reached through the graph, in one call',
  async (name, exercise) => {
    const input = await exercise.input?.(world, graph.localUrl);
    const calls = await graph.callsDuring(() => graph.data(withIds(exercise.query), { input }));
    expect(calls).toEqual([name]);
  },
);

function withIds(query: string): string {
  const ids: Readonly<Record<string, string | undefined>> = {
    ASSISTANT: world.assistantId,
    FILE: world.fileIds[0],
    THREAD: world.threadId,
    MESSAGE: world.messageIds[0],
    RUN: world.runIds[0],
    STEP: world.stepIds[0],
  };
  return query.replace(/"([A-Z]+)"/g, (_, name: string) => JSON.stringify(ids[name]));
}
