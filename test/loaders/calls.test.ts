/** Which calls a query makes, and how many of them in sequence. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { type Measured, measure } from '../support/waves.ts';
import { callRest, finishRun, upload } from '../support/world.ts';

let graph: Graph;
let threadId: string;
/** Messages of the thread, oldest first: 90 of a user, then one of each run. */
let messageIds: string[];
let assistantIds: string[];
let runIds: string[];

beforeAll(async () => {
  graph = await startGraph();
  const url = graph.localUrl;
  assistantIds = await inTurn(10, () => callRest(url, '/assistants', { model: 'offline' }));
  const messages = Array.from({ length: 90 }, (_, index) => ({ role: 'user', content: `Word ${index}` }));
  threadId = (await callRest(url, '/threads', { messages })).id;
  runIds = await inTurn(100, (index) => finishedRun(assistantIds[index % 10] ?? ''));
  messageIds = await listIds(`/threads/${threadId}/messages`);
});
afterAll(() => graph.close());

const page = (query: string) => measure(graph, () => graph.data(query, {}));

test('a step below its run and thread costs one call', async () => {
  const [stepId] = await listIds(`/threads/${threadId}/runs/${runIds[0]}/steps`);
  const measured = await page(
    `{ thread(id: "${threadId}") { id run(id: "${runIds[0]}") { id restId step(id: "${stepId}") { id status } } } }`,
  );
  expect(measured).toEqual({ calls: ['getRunStep'], waves: 1 });
});

test('a thread and the first page of its messages are read concurrently', async () => {
  const measured = await page(`{ thread(id: "${threadId}") { createdAt messages { nodes { text } } } }`);
  expect(measured.calls.toSorted()).toEqual(['getThread', 'listMessages']);
  expect(measured.waves).toBe(1);
});

test('a thread of which only the id is selected costs nothing beside its messages', async () => {
  const measured = await page(`{ thread(id: "${threadId}") { id messages { nodes { text } } } }`);
  expect(measured).toEqual({ calls: ['listMessages'], waves: 1 });
});

test('links of which only identity is selected are free', async () => {
  const measured = await page(
    `{ thread(id: "${threadId}") { messages(first: 50) { nodes {
         thread { id } run { id thread { id } } assistant { id restId } } } } }`,
  );
  expect(measured).toEqual({ calls: ['listMessages'], waves: 1 });
});

test('an object is read once, under any form of its id', async () => {
  const id = encodeGlobalId('Run', [threadId, runIds[0] ?? '']);
  const measured = await page(
    `{ a: node(id: "${id}") { ... on Run { status } } b: node(id: "${id}") { ... on Run { model } }
       nodes(ids: ["${id}", "${id}"]) { ... on Run { createdAt } }
       thread(id: "${threadId}") { c: run(id: "${runIds[0]}") { status } d: run(id: "${id}") { usage { totalTokens } } } }`,
  );
  expect(measured).toEqual({ calls: ['getRun'], waves: 1 });
});

test('a page is read once, under two aliases', async () => {
  const measured = await page(
    `{ thread(id: "${threadId}") { a: messages(first: 3) { nodes { id } } b: messages(first: 3, order: DESC) { edges { cursor } } } }`,
  );
  expect(measured).toEqual({ calls: ['listMessages'], waves: 1 });
});

test('the assistants of a page of runs are read as one list', async () => {
  const measured = await page(
    `{ thread(id: "${threadId}") { runs(first: 30) { nodes { assistant { model } } } } }`,
  );
  expect(measured).toEqual({ calls: ['listRuns', 'listAssistants'], waves: 2 });
});

test('the runs and the assistants of a page of messages are read as one list each, concurrently', async () => {
  const measured = await page(
    `{ thread(id: "${threadId}") { messages(first: 50) { nodes { run { status } assistant { name } } } } }`,
  );
  expect(measured.calls.toSorted()).toEqual(['listAssistants', 'listMessages', 'listRuns']);
  expect(measured.waves).toBe(2);
});

test('fifty of the newest messages, named by id, are read as one list', async () => {
  expect(await measureMessages(messageIds.slice(-50))).toEqual({ calls: ['listMessages'], waves: 1 });
});

test('sixty of the newest hundred and eighty messages are read as two pages', async () => {
  const spread = messageIds.slice(-180).filter((_, index) => index % 3 === 0);
  expect(await measureMessages(spread)).toEqual({ calls: ['listMessages', 'listMessages'], waves: 2 });
});

test('three recent messages and two very old ones cost no more than a call each', async () => {
  const { calls } = await measureMessages([...messageIds.slice(-3), ...messageIds.slice(0, 2)]);
  expect(calls.length).toBeLessThanOrEqual(5);
});

test('a few objects are read with a GET each, concurrently', async () => {
  expect(await measureMessages(messageIds.slice(-2))).toEqual({
    calls: ['getMessage', 'getMessage'],
    waves: 1,
  });
});

test('the steps of a run and the messages that they created are two calls', async () => {
  const measured = await page(
    `{ thread(id: "${threadId}") { run(id: "${runIds[0]}") { steps { nodes {
         details { ... on MessageCreationDetails { message { text } } } } } } } }`,
  );
  expect(measured.calls).toHaveLength(2);
  expect(measured.waves).toBe(2);
});

test('the messages that several steps created are read as one list of their run', async () => {
  const messages = ['msg_a', 'msg_b', 'msg_c'];
  graph.upstream.intercept = ({ operation }, response) => {
    const items = operation === 'listMessages' ? messages.map(messageOfRun) : messages.map(stepOfRun);
    const body = JSON.stringify({ data: items, has_more: false });
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    return true;
  };
  const measured = await page(
    `{ thread(id: "thread_1") { run(id: "run_1") { steps { nodes {
         details { ... on MessageCreationDetails { message { text } } } } } } } }`,
  );
  graph.upstream.intercept = undefined;
  expect(measured).toEqual({ calls: ['listRunSteps', 'listMessages'], waves: 2 });
  expect(graph.upstream.calls.at(-1)?.path).toContain('run_id=run_1');
});

test.each([
  ['edges', '{ thread(id: $id) { runs(first: $size) { edges { node { assistant { model } } } } } }'],
  ['a named fragment', '{ thread(id: $id) { ...Runs } }'],
  ['inline fragments', '{ ... { thread(id: $id) { ... on Node { ... on Thread { ...Runs } } } } }'],
  [
    'variables that include and skip',
    '{ thread(id: $id) @include(if: $yes) { id createdAt @skip(if: $yes) ...Runs } }',
  ],
  ['aliases', '{ a: thread(id: $id) { ...Runs } b: thread(id: $id) { ...Runs } }'],
])('a query written with %s costs the same', async (_, selection) => {
  const fragment = 'fragment Runs on Thread { runs(first: $size) { nodes { assistant { model } } } }';
  const query = `query ($id: ID!, $size: Int = 30, $yes: Boolean = true) { __typename @include(if: $yes) ...Q } fragment Q on Query ${selection}`;
  const document = query.includes('...Runs') ? `${query} ${fragment}` : query;
  const measured = await measure(graph, () => graph.data(document, { id: threadId }));
  expect(measured).toEqual({ calls: ['listRuns', 'listAssistants'], waves: 2 });
});

test('files are listed only for messages that have some', async () => {
  const url = graph.localUrl;
  const file = await upload(url);
  const messages = Array.from({ length: 60 }, (_, index) => ({
    role: 'user',
    content: 'Look',
    ...(index % 15 === 0 && { file_ids: [file] }),
  }));
  const { id } = await callRest(url, '/threads', { messages });
  const measured = await page(
    `{ thread(id: "${id}") { messages(first: 60) { nodes { files { nodes { createdAt } } } } } }`,
  );
  expect(measured.calls.toSorted()).toEqual(
    [...Array(4).fill('listMessageFiles'), 'listMessages'].toSorted(),
  );
  expect(measured.waves).toBe(2);
});

test('objects that are not on the newest page cost a call each, and one for the page', async () => {
  await inTurn(100, () => callRest(graph.localUrl, '/assistants', { model: 'offline' }));
  const measured = await page(
    `{ thread(id: "${threadId}") { runs(first: 30) { nodes { assistant { model } } } } }`,
  );
  expect(measured.calls).toHaveLength(12);
  expect(measured.calls.filter((operation) => operation === 'getAssistant')).toHaveLength(10);
  expect(measured.waves).toBe(3);
});

test('if a list fails, its objects are read with a GET each', async () => {
  const ids = messageIds.slice(-10).map((id) => encodeGlobalId('Message', [threadId, id]));
  const calls = await graph.callsDuring(async () => {
    graph.upstream.intercept = ({ operation }, response) => {
      if (operation === 'listMessages') response.writeHead(400).end('{}');
      return operation === 'listMessages';
    };
    const { nodes } = await graph.data<{ nodes: { text: string }[] }, unknown>(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Message { text } } }',
      { ids },
    );
    expect(nodes).toHaveLength(10);
    graph.upstream.intercept = undefined;
  });
  expect(calls).toEqual(['listMessages', ...Array(10).fill('getMessage')]);
});

test('two hundred identical queries at the same moment share their reads', async () => {
  const query = `{ thread(id: "${threadId}") { id messages { nodes { text } } } }`;
  const measured = await measure(
    graph,
    () => Promise.all(Array.from({ length: 200 }, () => graph.data(query, {}))),
    200,
  );
  expect(measured.calls.length).toBeLessThanOrEqual(4);
});

function messageOfRun(id: string) {
  return { id, created_at: 1, thread_id: 'thread_1', role: 'assistant', run_id: 'run_1' };
}

function stepOfRun(message_id: string, index: number) {
  const ids = { id: `step_${index}`, thread_id: 'thread_1', run_id: 'run_1' };
  const step_details = { type: 'message_creation', message_creation: { message_id } };
  return { ...ids, created_at: 1, type: 'message_creation', status: 'completed', step_details };
}

function measureMessages(ids: readonly string[]): Promise<Measured> {
  const globalIds = ids.map((id) => encodeGlobalId('Message', [threadId, id]));
  return measure(graph, () =>
    graph.data('query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Message { text } } }', { ids: globalIds }),
  );
}

async function inTurn(count: number, make: (index: number) => Promise<{ id: string }>): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) ids.push((await make(index)).id);
  return ids;
}

async function finishedRun(assistantId: string): Promise<{ id: string }> {
  return { id: await finishRun(graph.localUrl, threadId, assistantId) };
}

/** The whole list, oldest first. */
async function listIds(path: string): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const after = ids.length > 0 ? `&after=${ids.at(-1)}` : '';
    const { data, has_more } = await callRest<{ data: { id: string }[]; has_more: boolean }>(
      graph.localUrl,
      `${path}?limit=100&order=asc${after}`,
    );
    ids.push(...data.map(({ id }) => id));
    if (!has_more) return ids;
  }
}
