/** OWNERS=metadata: how the server finds out whose a thread is. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KnownOwners } from '../../src/owners/known-threads.ts';
import { encodeGlobalId } from '../../src/resolvers/global-id.ts';
import type { Graph } from '../support/graph.ts';
import { hold } from '../support/hold.ts';
import type { World } from '../support/world.ts';
import { headersOf, startOwnedGraph } from './support/owned-graph.ts';

let graph: Graph;
let world: World;
beforeAll(async () => {
  ({ graph, world } = await startOwnedGraph());
});
afterAll(() => graph.close());

test('a check runs beside the read, whose result nobody sees before it is over', async () => {
  await graph.restartServer();
  const held = hold(graph, ({ operation }) => operation === 'getThread');
  const listed = new Promise<void>((resolve) => {
    const before = graph.upstream.intercept;
    graph.upstream.intercept = (call, response) => {
      if (call.operation === 'listMessages') response.once('finish', () => resolve());
      return before?.(call, response) ?? false;
    };
  });
  const query = `{ thread(id: "${world.threadId}") { messages { nodes { text } } } }`;
  let isAnswered = false;
  const answer = graph.send(query, {}, headersOf('berta')).finally(() => {
    isAnswered = true;
  });
  await Promise.all([held.arrived(1), listed]);
  expect(isAnswered).toBe(false);
  held.release();
  expect(await answer).toMatchObject({
    data: { thread: null },
    errors: [{ extensions: { code: 'NOT_FOUND' } }],
  });
});

test('a shared read does not pass a thread on', async () => {
  await graph.restartServer();
  const query = `{ thread(id: "${world.threadId}") { messages { nodes { text } } } }`;
  const held = hold(graph, () => true);
  const answers = ['anna', 'berta'].map((name) => graph.send(query, {}, headersOf(name)));
  await held.arrived(4);
  held.release();
  const [own, stolen] = await Promise.all(answers);
  expect(own?.errors).toEqual([]);
  expect(stolen).toMatchObject({ data: { thread: null } });
});

test('if it cannot be found out whose a thread is, nothing of it is shown, and nothing is written', async () => {
  await graph.restartServer();
  graph.upstream.intercept = ({ operation }, response) => {
    if (operation !== 'getThread') return false;
    response.writeHead(501).end('{}');
    return true;
  };
  const before = graph.upstream.calls.length;
  for (const query of [
    `{ thread(id: "${world.threadId}") { messages { nodes { text } } } }`,
    `mutation { createMessage(input: { threadId: "${world.threadId}", content: "Hi." }) { message { text } } }`,
  ]) {
    const { data, errors } = await graph.send(query, {}, headersOf('anna'));
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ERROR' } }]);
    expect(JSON.stringify(data)).not.toContain('text');
  }
  graph.upstream.intercept = undefined;
  const calls = graph.upstream.calls.slice(before);
  expect(calls.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('the calls that find out whose a thread is are in the price, and are not repeated', async () => {
  const message = encodeGlobalId('Message', [world.threadId, world.messageIds[0] ?? '']);
  const thread = world.threadId;
  const cases: [query: string, price: number, first: number, second: number][] = [
    ['{ thread(id: "$") { createdAt } }', 1, 1, 1],
    ['{ thread(id: "$") { messages { nodes { text } } } }', 2, 2, 1],
    ['{ thread(id: "$") { createdAt messages { nodes { text } } } }', 2, 2, 2],
    [`{ node(id: "${message}") { ... on Message { text } } }`, 2, 2, 1],
    [`{ node(id: "${message}") { ... on Message { text thread { createdAt } } } }`, 2, 2, 2],
    ['mutation { createMessage(input: { threadId: "$", content: "Hi." }) { message { text } } }', 2, 2, 1],
    [
      'mutation { modifyThread(input: { id: "$", metadata: { topic: "apples" } }) { thread { createdAt } } }',
      2,
      2,
      1,
    ],
    ['mutation { createThread { thread { messages { nodes { text } } } } }', 2, 2, 2],
    [
      'mutation { createMessage(input: { threadId: "$", content: "Hi." }) { thread { createdAt messages { nodes { text } } } } }',
      4,
      4,
      3,
    ],
  ];
  const costOf = async (query: string) => {
    const headers = { ...headersOf('anna'), 'x-show-upstream-calls': '1' };
    const { errors, extensions } = await graph.send(query.replace('$', thread), {}, headers);
    expect(errors).toEqual([]);
    const { calls, cost } = Object(extensions).upstream;
    return { calls, price: cost.calls };
  };
  for (const [query, price, first, second] of cases) {
    await graph.restartServer();
    expect({ query, ...(await costOf(query)) }).toEqual({ query, calls: first, price });
    expect({ query, ...(await costOf(query)) }).toEqual({ query, calls: second, price });
  }
});

test('known owners are forgotten after a while, and the oldest beyond a number', () => {
  let now = 0;
  const known = new KnownOwners(() => now);
  const [anna, berta] = [known.of('anna'), known.of('berta')];
  anna.add('thread_1');
  expect([anna.has('thread_1'), berta.has('thread_1'), anna.has('thread_2')]).toEqual([true, false, false]);
  for (let index = 0; index < 19_999; index++) berta.add(`thread_${index}`);
  expect(anna.has('thread_1')).toBe(true);
  berta.add('thread_20000');
  expect([anna.has('thread_1'), berta.has('thread_0')]).toEqual([true, false]);
  now = 300_001;
  expect(anna.has('thread_1')).toBe(false);
});
