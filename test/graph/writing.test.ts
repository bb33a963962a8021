import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { withReadableCursors } from '../support/cursors.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { poll } from '../support/poll.ts';
import { createWaitingRun, createWorld, type World } from '../support/world.ts';

let graph: Graph;
let world: World;
beforeAll(async () => {
  graph = await startGraph();
  world = await createWorld(graph.localUrl);
});
afterEach(() => {
  graph.upstream.intercept = undefined;
});
afterAll(() => graph.close());

test('each root field of a mutation sees the effects of the one before it', async () => {
  const { createThread } = await graph.data<{ createThread: { thread: { id: string } } }, object>(
    'mutation { createThread { thread { id } } }',
  );
  const { id } = createThread.thread;
  const add = (content: string) =>
    `createMessage(input: { threadId: "${id}", content: "${content}" }) {
       message { thread { messages(order: ASC) { nodes { text } } } } }`;
  const texts = (...all: string[]) => ({
    message: { thread: { messages: { nodes: all.map((text) => ({ text })) } } },
  });
  const calls = await graph.callsDuring(async () => {
    expect(await graph.data(`mutation { a: ${add('One.')} b: ${add('Two.')} }`, {})).toEqual({
      a: texts('One.'),
      b: texts('One.', 'Two.'),
    });
  });
  const each = ['createMessage', 'getThread', 'listMessages'];
  expect(calls).toEqual([...each, ...each]);
});

test('a root field that fails does not affect those before and after it', async () => {
  const { data, errors } = await graph.send(
    `mutation {
       a: createThread { thread { metadata } }
       b: modifyThread(input: { id: "thread_nowhere", metadata: {} }) { thread { metadata } }
       c: createThread { thread { metadata } }
     }`,
  );
  const thread = { thread: { metadata: {} } };
  expect(data).toEqual({ a: thread, b: null, c: thread });
  expect(errors).toMatchObject([{ path: ['b'], extensions: { code: 'NOT_FOUND' } }]);
});

test('a field that fails does not affect the rest of a query', async () => {
  graph.upstream.intercept = ({ operation }, response) => {
    if (operation !== 'listRuns') return false;
    response.writeHead(403).end();
    return true;
  };
  const { data, errors } = await graph.send(
    `{ thread(id: "${world.threadId}") { metadata runs { nodes { id } } messages(first: 1, order: ASC) { nodes { text } } }
       assistants(first: 1) { nodes { model } } }`,
  );
  expect(data).toEqual({
    thread: { metadata: {}, runs: null, messages: { nodes: [{ text: 'Call alpha, then beta.' }] } },
    assistants: { nodes: [{ model: 'offline' }] },
  });
  expect(errors).toMatchObject([{ path: ['thread', 'runs'], extensions: { code: 'FORBIDDEN' } }]);
});

test('a new object has an edge, whose cursor is valid in the list', async () => {
  const { data } = await graph.send<Record<string, object>, object>(
    `mutation {
       createAssistant(input: { model: "offline" }) { assistant { restId } assistantEdge { cursor node { restId } } }
       createMessage(input: { threadId: "${world.threadId}", content: "Hello." }) {
         message { restId } messageEdge { cursor node { restId } } }
       createRun(input: { threadId: "${world.threadId}", assistantId: "${world.assistantIds[1]}" }) {
         run { restId } runEdge { cursor node { restId } } }
     }`,
  );
  for (const payload of Object.values(withReadableCursors(data ?? {}))) {
    const [created, edge] = Object.values(payload);
    expect(edge).toEqual({ cursor: created.restId, node: created });
  }
  const { cursor } = Object(data?.createAssistant).assistantEdge;
  const page = await graph.data(
    `{ assistants(last: 1, before: "${cursor}", order: ASC) { nodes { restId } } }`,
    {},
  );
  expect(page).toEqual({ assistants: { nodes: [{ restId: world.assistantIds[2] }] } });
});

test('a deletion returns the global id, and for a file its assistant with the remaining files', async () => {
  const [assistantId] = world.assistantIds;
  const fileId = world.fileIds[0];
  const calls = await graph.callsDuring(async () => {
    const { deleteAssistantFile } = await graph.data<Record<string, unknown>, object>(
      `mutation { deleteAssistantFile(input: { id: "${assistantId}/${fileId}" }) {
         deletedId assistant { fileIds files { nodes { restId } } } } }`,
    );
    expect(deleteAssistantFile).toEqual({
      deletedId: Buffer.from(`AssistantFile:${assistantId}/${fileId}`).toString('base64url'),
      assistant: {
        fileIds: world.fileIds.slice(1),
        files: {
          nodes: world.fileIds
            .slice(1)
            .reverse()
            .map((restId) => ({ restId })),
        },
      },
    });
  });
  expect(calls).toEqual(['deleteAssistantFile', 'getAssistant', 'listAssistantFiles']);
});

test('a write to a thread with an active run fails and names the run', async () => {
  const { thread_id, id } = await createWaitingRun(graph.localUrl, world.assistantId);
  const runId = Buffer.from(`Run:${thread_id}/${id}`).toString('base64url');
  const { data, errors } = await graph.send(
    `mutation {
       createMessage(input: { threadId: "${thread_id}", content: "Hello?" }) { message { id } }
       createRun(input: { threadId: "${thread_id}", assistantId: "${world.assistantId}" }) { run { id } }
     }`,
  );
  expect(data).toEqual({ createMessage: null, createRun: null });
  expect(errors).toMatchObject([
    { path: ['createMessage'], extensions: { code: 'ACTIVE_RUN', runId, upstream: { status: 400 } } },
    { path: ['createRun'], extensions: { code: 'ACTIVE_RUN', runId, upstream: { status: 400 } } },
  ]);
});

test.each([
  'Thread thread_1 already has an active run.',
  "Can't add messages to thread_1 while a run is active.",
])(
  'a write to a thread with an active run fails even if the upstream does not name the run: %s',
  async (message) => {
    graph.upstream.intercept = (_, response) =>
      Boolean(response.writeHead(400).end(JSON.stringify({ error: { message } })));
    const { errors } = await graph.send(
      'mutation { createMessage(input: { threadId: "thread_1", content: "Hello?" }) { message { id } } }',
    );
    expect(errors).toMatchObject([
      { message, extensions: { code: 'ACTIVE_RUN', upstream: { status: 400 } } },
    ]);
    expect(errors[0]?.extensions).toHaveProperty('runId', null);
  },
);

test('the active run of a thread is null once it has ended', async () => {
  const { thread_id, id } = await createWaitingRun(graph.localUrl, world.assistantId);
  const active = `{ thread(id: "${thread_id}") { activeRun { restId status requiredAction { toolCalls { name } } } } }`;
  const calls = await graph.callsDuring(async () => {
    expect(await graph.data(active, {})).toEqual({
      thread: {
        activeRun: {
          restId: id,
          status: 'REQUIRES_ACTION',
          requiredAction: { toolCalls: [{ name: 'alpha' }] },
        },
      },
    });
  });
  expect(calls).toEqual(['listRuns']);
  await graph.data(`mutation { cancelRun(input: { id: "${thread_id}/${id}" }) { run { status } } }`, {});
  await poll(
    () => graph.data(active, {}),
    (data) => Object(data).thread.activeRun === null,
  );
});
