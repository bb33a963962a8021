/** With OWNERS=metadata, generated operations cost at most their price where nothing is known and everything costs most. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { fullWorld } from '../support/full-world.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { type Ids, type Inputs, mutations, queries } from '../support/queries.ts';
import { callRest } from '../support/world.ts';

const RUNS = 80;
const KEY = 'anna-key-0123456789-abcdef';
const headers = { authorization: `Bearer ${KEY}`, 'x-show-upstream-calls': '1' };
const variables = { yes: true, no: false };

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph({
    AUTH: 'key',
    AUTH_KEYS: `anna=${KEY}`,
    OWNERS: 'metadata',
    OWNERS_SECRET: 'a-secret-of-the-deployment-with-32-characters',
    SHOW_UPSTREAM_CALLS: 'on',
    MAX_CALLS: '1000000',
    MAX_NODES: '100000000',
    MAX_DEPTH: '1000',
  });
  type Created = { createThread: { thread: { restId: string } } };
  const { data } = await graph.send<Created, object>(
    'mutation { createThread { thread { restId } } }',
    {},
    headers,
  );
  const { metadata } = await callRest<{ metadata: object }>(
    graph.localUrl,
    `/threads/${data?.createThread.thread.restId}`,
  );
  graph.upstream.intercept = (call, response) => {
    const [, threadId] = /^\/threads(?:\/([^/?]+))?$/.exec(call.path) ?? [];
    if (threadId === undefined) return fullWorld(call, response);
    response.end(JSON.stringify({ id: threadId, created_at: 1_700_000_000, metadata }));
    return true;
  };
});
afterAll(() => graph.close());

const globalIds = [
  encodeGlobalId('Assistant', ['asst_1']),
  ...['msg_1', 'msg_2', 'msg_3'].map((id) => encodeGlobalId('Message', ['thread_1', id])),
  encodeGlobalId('Message', ['thread_2', 'msg_1']),
  encodeGlobalId('Run', ['thread_1', 'run_1']),
  encodeGlobalId('RunStep', ['thread_3', 'run_1', 'step_1']),
  encodeGlobalId('MessageFile', ['thread_1', 'msg_1', 'file-1']),
  encodeGlobalId('Thread', ['thread_1']),
  encodeGlobalId('Thread', ['thread_4']),
];
const ids: Ids = {
  globalIds,
  threads: ['thread_1', 'thread_2'],
  assistants: ['asst_1', 'asst_2'],
  messages: ['msg_1', 'msg_2'],
  runs: ['run_1', 'run_2'],
  steps: ['step_1'],
  files: ['file-1'],
};
const inputs: Inputs = {
  createAssistant: ['{ model: "offline" }'],
  modifyAssistant: ['{ id: "asst_1", name: "Guide" }'],
  deleteAssistant: ['{ id: "asst_1" }'],
  createAssistantFile: ['{ assistantId: "asst_1", fileId: "file-1" }'],
  deleteAssistantFile: ['{ id: "asst_1/file-1" }'],
  createThread: ['{}'],
  modifyThread: ['{ id: "thread_1", metadata: {} }'],
  deleteThread: ['{ id: "thread_1" }'],
  createMessage: ['{ threadId: "thread_1", content: "Hello." }'],
  modifyMessage: ['{ id: "thread_1/msg_1", metadata: {} }'],
  createRun: ['{ threadId: "thread_2", assistantId: "asst_1", stream: false }'],
  createThreadAndRun: ['{ assistantId: "asst_1", stream: false }'],
  modifyRun: ['{ id: "thread_1/run_1", metadata: {} }'],
  cancelRun: ['{ id: "thread_1/run_1" }'],
  submitToolOutputsToRun: [
    '{ id: "thread_1/run_1", stream: false, toolOutputs: [{ toolCallId: "call_1", output: "" }] }',
  ],
};

const options = { ids, depth: 3, pageSizes: [1, 2, 3] };
test.each([
  ['queries', queries(options)],
  ['mutations', mutations({ ...options, depth: 2 }, inputs)],
])('generated %s', async (_, operations) => {
  let priced = 0;
  await fc.assert(
    fc.asyncProperty(operations, async (operation) => {
      await graph.restartServer();
      const { extensions } = await graph.send(operation, variables, headers);
      const { calls, cost } = Object(extensions?.upstream);
      if (cost === undefined) return;
      priced++;
      expect(calls).toBeLessThanOrEqual(cost.calls);
    }),
    { numRuns: RUNS },
  );
  expect(priced).toBeGreaterThan(RUNS * 0.7);
});
