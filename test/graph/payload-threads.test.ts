/** The thread in the payload of a write: what the write has told needs no call. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { callRest, createWaitingRun } from '../support/world.ts';

const FUNCTION = { type: 'function', function: { name: 'alpha' } };
const ACTIVE = 'thread { id restId activeRun { restId status } }';
const SHOW_CALLS = { 'x-show-upstream-calls': '1' };

let graph: Graph;
let assistantId: string;
let threadId: string;
beforeAll(async () => {
  graph = await startGraph();
  assistantId = (await callRest(graph.localUrl, '/assistants', { model: 'offline', tools: [FUNCTION] })).id;
});
beforeEach(async () => {
  threadId = (await callRest(graph.localUrl, '/threads', {})).id;
});
afterEach(() => {
  graph.upstream.intercept = undefined;
});
afterAll(() => graph.close());

/** Runs a mutation. Its price must be what it cost. */
async function write(mutation: string) {
  graph.upstream.calls.length = 0;
  const { data, errors, extensions } = await graph.send<Record<string, object>, object>(
    `mutation { ${mutation} }`,
    {},
    SHOW_CALLS,
  );
  const calls = graph.upstream.calls.map(({ operation }) => operation);
  expect(extensions?.upstream).toMatchObject({ calls: calls.length, cost: { calls: calls.length } });
  return { data, errors, calls };
}

const createMessage = (selection: string) =>
  `createMessage(input: { threadId: "${threadId}", content: "Call alpha." }) { ${selection} }`;
const createRun = (selection: string) =>
  `createRun(input: { threadId: "${threadId}", assistantId: "${assistantId}" }) { ${selection} }`;
const idOfThread = (restId: string) => ({ id: encodeGlobalId('Thread', [restId]), restId });

test('its id and active run cost nothing after a message and a run were created', async () => {
  const { data, calls } = await write(`${createMessage(ACTIVE)} ${createRun(`${ACTIVE} run { restId }`)}`);
  const { run } = Object(data?.createRun);
  expect(data).toEqual({
    createMessage: { thread: { ...idOfThread(threadId), activeRun: null } },
    createRun: { run, thread: { ...idOfThread(threadId), activeRun: { ...run, status: 'QUEUED' } } },
  });
  expect(calls).toEqual(['createMessage', 'createRun']);
});

test('its id and active run cost nothing after a thread was created with a run', async () => {
  const { data, calls } = await write(
    `createThreadAndRun(input: { assistantId: "${assistantId}" }) {
       ${ACTIVE} run { restId } runEdge { node { restId } } }`,
  );
  const { run, runEdge, thread } = Object(data?.createThreadAndRun);
  expect(runEdge.node).toEqual(run);
  expect(thread).toEqual({ ...idOfThread(thread.restId), activeRun: { ...run, status: 'QUEUED' } });
  expect(calls).toEqual(['createThreadAndRun']);
});

test('its active run costs nothing after outputs were submitted and after a run was cancelled', async () => {
  const run = await createWaitingRun(graph.localUrl, assistantId);
  const id = `${run.thread_id}/${run.id}`;
  const [call] = run.required_action?.submit_tool_outputs.tool_calls ?? [];
  const submitted = await write(
    `submitToolOutputsToRun(input: { id: "${id}", toolOutputs: [{ toolCallId: "${call?.id}", output: "" }] }) {
       ${ACTIVE} }`,
  );
  expect(submitted.data?.submitToolOutputsToRun).toMatchObject({ thread: { activeRun: { restId: run.id } } });
  expect(submitted.calls).toEqual(['submitToolOutputsToRun']);

  const waiting = await createWaitingRun(graph.localUrl, assistantId);
  const cancelled = await write(
    `cancelRun(input: { id: "${waiting.thread_id}/${waiting.id}" }) { ${ACTIVE} }`,
  );
  expect(cancelled.data?.cancelRun).toMatchObject({
    thread: { activeRun: { restId: waiting.id, status: 'CANCELLING' } },
  });
  expect(cancelled.calls).toEqual(['cancelRun']);
});

test('has no active run if the write returned a run that has ended', async () => {
  graph.upstream.intercept = (_, response) => {
    const ids = { id: 'run_1', thread_id: 'thread_1', assistant_id: 'asst_1' };
    const run = { ...ids, created_at: 1, status: 'cancelled', model: 'offline' };
    return Boolean(response.end(JSON.stringify(run)));
  };
  const { data, calls } = await write(`cancelRun(input: { id: "thread_1/run_1" }) { ${ACTIVE} }`);
  expect(data).toEqual({ cancelRun: { thread: { ...idOfThread('thread_1'), activeRun: null } } });
  expect(calls).toEqual(['cancelRun']);
});

test('is not read for its lists, only for fields of its own', async () => {
  const lists = await write(
    createMessage('thread { messages { nodes { text } } runs(first: 1) { nodes { id } } }'),
  );
  expect(lists.calls.toSorted()).toEqual(['createMessage', 'listMessages', 'listRuns']);
  const own = await write(createMessage(`thread { createdAt activeRun { id } }`));
  expect(own.calls).toEqual(['createMessage', 'getThread']);
});

test.each([
  [403, 'FORBIDDEN'],
  [404, 'NOT_FOUND'],
])('is null with an error if it cannot be read (%i), and the payload stays', async (status, code) => {
  graph.upstream.intercept = ({ operation }, response) =>
    operation === 'getThread' && Boolean(response.writeHead(status).end('{"error":{"message":"No."}}'));
  const { data, errors } = await write(createMessage('message { text } thread { metadata }'));
  expect(data).toEqual({ createMessage: { message: { text: 'Call alpha.' }, thread: null } });
  expect(errors).toMatchObject([{ path: ['createMessage', 'thread'], extensions: { code } }]);
});
