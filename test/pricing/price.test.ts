/** What an operation costs at most, and which operations are rejected for that. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { fullWorld } from '../support/full-world.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { hold } from '../support/hold.ts';

const SHOW = { 'x-show-upstream-calls': '1' };

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph({ MAX_CALLS: '300', MAX_NODES: '5000', UPSTREAM_CONNECTIONS: '16' });
  graph.upstream.intercept = fullWorld;
});
beforeEach(() => {
  graph.upstream.calls.length = 0;
});
afterAll(() => graph.close());

/**
 * Calls and nodes at worst, as the server reports them. A look-up counts as a call even where only child objects are
 * selected: if one of those is not found, the object itself is read.
 */
const prices: [what: string, query: string, calls: number, nodes: number][] = [
  ['an object', '{ thread(id: "t") { createdAt } }', 1, 1],
  ['an object of which only the id is selected', '{ thread(id: "t") { id } }', 1, 1],
  ['a page', '{ assistants(first: 7) { nodes { name } } }', 1, 7],
  ['a page of the default size', '{ assistants { nodes { name } } }', 1, 20],
  [
    'a page read as edges and as nodes',
    '{ assistants(first: 7) { edges { node { id } } nodes { id } } }',
    1,
    14,
  ],
  [
    'a page of which only the position is selected',
    '{ assistants(first: 7) { pageInfo { endCursor } } }',
    1,
    0,
  ],
  ['a page without items', '{ assistants(first: 0) { nodes { files { nodes { id } } } } }', 0, 0],
  [
    'a page in a page',
    '{ thread(id: "t") { runs(first: 5) { nodes { steps(first: 4) { nodes { id } } } } } }',
    1 + 1 + 5,
    26,
  ],
  ['links by identity', '{ thread(id: "t") { messages(first: 9) { nodes { run { id } } } } }', 1 + 1, 19],
  // A read for each, and for every four of them a page without a match.
  [
    'links beyond identity',
    '{ thread(id: "t") { messages(first: 9) { nodes { run { status } } } } }',
    1 + 1 + 9 + 2,
    19,
  ],
  [
    'links back to the parent',
    '{ thread(id: "t") { runs(first: 9) { nodes { thread { createdAt } } } } }',
    2,
    19,
  ],
  [
    'the same page twice',
    '{ thread(id: "t") { a: runs { nodes { id } } b: runs { nodes { id } } } }',
    1 + 1,
    41,
  ],
  [
    'a field that several fragments select',
    '{ thread(id: "t") { ...A ...B } } fragment A on Thread { runs(first: 9) { nodes { id } } } fragment B on Thread { runs(first: 9) { nodes { status steps(first: 1) { nodes { id } } } } }',
    1 + 1 + 9,
    1 + 9 + 9,
  ],
  [
    'a field beside a fragment called undefined',
    '{ thread(id: "t") { ...undefined ... on Thread { runs(first: 9) { nodes { steps(first: 1) { nodes { id } } } } } } } fragment undefined on Thread { id }',
    1 + 1 + 9,
    1 + 9 + 9,
  ],
  [
    'objects whose ids look like keys of the pricing',
    '{ a: thread(id: "t") { createdAt activeRun { id } } b: thread(id: "t.activeRun") { createdAt activeRun { id } } }',
    4,
    4,
  ],
  [
    'the largest number of ids',
    `{ nodes(ids: ${JSON.stringify(threadIds(100))}) { ... on Thread { createdAt } } }`,
    100,
    100,
  ],
  ['threads', '{ threads(ids: ["t", "u", "t"]) { createdAt runs(first: 5) { nodes { id } } } }', 2 + 2, 18],
  ['the same object twice', '{ a: thread(id: "t") { createdAt } b: thread(id: "t") { metadata } }', 1, 2],
  ['a live run', '{ thread(id: "t") { activeRun { status } } }', 1 + 1, 2],
  [
    'a field that is skipped',
    '{ thread(id: "t") { createdAt runs @skip(if: true) { nodes { id } } } }',
    1,
    1,
  ],
  ['no field of the graph', '{ __typename }', 0, 0],
];

function threadIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => encodeGlobalId('Thread', [`thread-${index}`]));
}

test.each(prices)('%s has its price', async (_, query, calls, nodes) => {
  const { extensions } = await graph.send(query, {}, SHOW);
  expect(extensions?.upstream).toMatchObject({ cost: { calls, nodes } });
});

test('page sizes in variables and defaults count', async () => {
  const query = 'query ($size: Int = 3) { assistants(first: $size) { nodes { id } } }';
  expect((await graph.send(query, { size: 50 }, SHOW)).extensions?.upstream).toMatchObject({
    cost: { nodes: 50 },
  });
  expect((await graph.send(query, {}, SHOW)).extensions?.upstream).toMatchObject({ cost: { nodes: 3 } });
});

test('an argument that cannot be read affects its field only', async () => {
  const query = 'query ($id: ID = "t") { thread(id: $id) { id } assistants(first: 1) { nodes { id } } }';
  const { data, errors, extensions } = await graph.send(query, { id: null }, SHOW);
  expect(data).toMatchObject({ thread: null, assistants: { nodes: [{}] } });
  expect(errors).toMatchObject([{ path: ['thread'], extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(extensions?.upstream).toEqual({ calls: 1, cost: { calls: 1, nodes: 1 } });
});

test('each field of a mutation pays for its own write and its own reads', async () => {
  graph.upstream.intercept = undefined;
  const field = 'createThread { thread { createdAt messages { nodes { id } } } }';
  const { extensions } = await graph.send(`mutation { a: ${field} b: ${field} }`, {}, SHOW);
  expect(extensions?.upstream).toEqual({ calls: 4, cost: { calls: 4, nodes: 42 } });
  graph.upstream.intercept = fullWorld;
});

test('an operation that could cost too many calls is rejected with both figures, and nothing is sent', async () => {
  const query =
    '{ thread(id: "t") { runs(first: 100) { nodes { steps(first: 1) { nodes { id } } messages(first: 1) { nodes { id } } files: steps(first: 2) { nodes { id } } } } } }';
  const calls = await graph.callsDuring(async () => {
    const { data, errors } = await graph.send(query);
    expect(data).toBeNull();
    expect(errors).toMatchObject([
      {
        extensions: {
          code: 'QUERY_TOO_EXPENSIVE',
          cost: { calls: 302, nodes: 501 },
          limits: { calls: 300, nodes: 5000 },
        },
      },
    ]);
    expect(errors[0]?.message).toContain('302 REST calls and 501 nodes');
  });
  expect(calls).toEqual([]);
});

test.each([
  [
    'in a literal',
    `{ nodes(ids: ${JSON.stringify(threadIds(101))}) { id } assistants { nodes { id } } }`,
    {},
  ],
  [
    'in a variable',
    'query ($ids: [ID!]!) { ...Found assistants { nodes { id } } } fragment Found on Query { nodes(ids: $ids) { id } }',
    { ids: threadIds(101) },
  ],
  ['of threads', `{ threads(ids: ${JSON.stringify(threadIds(101))}) { id } }`, {}],
])('an operation with 101 ids %s is refused before anything runs', async (_, query, variables) => {
  const { status, data, errors } = await graph.send(query, variables, {
    accept: 'application/graphql-response+json',
  });
  expect({ status, data }).toEqual({ status: 400, data: null });
  expect(errors).toMatchObject([
    { message: expect.stringContaining('100'), extensions: { code: 'BAD_USER_INPUT', argument: 'ids' } },
  ]);
  expect(errors[0]).not.toHaveProperty('path');
  expect(graph.upstream.calls).toEqual([]);
});

test('an operation that could return too many nodes is rejected, however few calls it takes', async () => {
  const query = `{ thread(id: "t") { messages(first: 100) { nodes { thread { messages(first: 100) { nodes { id } } } } } } }`;
  const { errors } = await graph.send(query);
  expect(errors).toMatchObject([
    { extensions: { code: 'QUERY_TOO_EXPENSIVE', cost: { calls: 2, nodes: 10_201 } } },
  ]);
});

test('a fragment that others spread many times is opened once', async () => {
  const links = Array.from(
    { length: 60 },
    (_, index) =>
      `fragment F${index} on Thread { ...F${index + 1} ...G${index} } fragment G${index} on Thread { ...F${index + 1} }`,
  );
  const query = `{ thread(id: "t") { ...F0 } } ${links.join(' ')} fragment F60 on Thread { createdAt }`;
  const { extensions } = await graph.send(query, {}, SHOW);
  expect(extensions?.upstream).toEqual({ calls: 1, cost: { calls: 1, nodes: 1 } });
});

test('the cost of an operation is not shown by default', async () => {
  expect((await graph.send('{ thread(id: "t") { createdAt } }')).extensions).toBeUndefined();
});

test('an operation with hundreds of calls uses at most half of the connections', async () => {
  const ids = threadIds(100);
  const held = hold(graph, ({ path }) => path.startsWith('/threads/thread-'));
  const many = graph.data('query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Thread { createdAt } } }', {
    ids,
  });
  await held.arrived(8);
  // Answered while the other operation uses its half, and 92 of its calls wait.
  await graph.data('{ assistants(first: 1) { nodes { id } } }', {});
  expect(held.count).toBe(8);
  held.release();
  await expect(many).resolves.toMatchObject({ nodes: expect.objectContaining({ length: 100 }) });
});
