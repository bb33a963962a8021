/** `threads(ids:)`, for clients that store the IDs of their threads. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { callRest } from '../support/world.ts';

let graph: Graph;
let ids: string[];
beforeAll(async () => {
  graph = await startGraph();
  const created = [1, 2, 3].map((number) =>
    callRest(graph.localUrl, '/threads', { messages: [{ role: 'user', content: `Word ${number}.` }] }),
  );
  ids = (await Promise.all(created)).map(({ id }) => id);
});
afterAll(() => graph.close());

async function read(threadIds: readonly unknown[], selection: string) {
  graph.upstream.calls.length = 0;
  const query = `query ($ids: [ID!]!) { threads(ids: $ids) { ${selection} } }`;
  const { data, errors } = await graph.send<{ threads: unknown[] }, object>(query, { ids: threadIds });
  return { threads: data?.threads, errors, calls: graph.upstream.calls.map(({ operation }) => operation) };
}

const globalId = (id = '') => encodeGlobalId('Thread', [id]);

test('they are returned in the order of the ids, global or REST, and each is read once', async () => {
  const [first, second, third] = ids;
  const { threads, errors, calls } = await read(
    [third, globalId(first), second, globalId(third)],
    'restId metadata',
  );
  expect(errors).toEqual([]);
  expect(threads).toEqual([third, first, second, third].map((restId) => ({ restId, metadata: {} })));
  expect(calls).toEqual(['getThread', 'getThread', 'getThread']);
});

test('only their messages are read if nothing else is selected', async () => {
  const { threads, calls } = await read(ids, 'messages(first: 1) { nodes { text } }');
  expect(threads).toEqual(
    [1, 2, 3].map((number) => ({ messages: { nodes: [{ text: `Word ${number}.` }] } })),
  );
  expect(calls).toEqual(['listMessages', 'listMessages', 'listMessages']);
});

test('an id that is missing or invalid affects its own position only', async () => {
  const other = encodeGlobalId('Assistant', ['asst_1']);
  const { threads, errors } = await read(
    [ids[0], 'thread_gone', other, 'a/b', '', globalId(ids[1])],
    'restId',
  );
  expect(threads).toEqual([{ restId: ids[0] }, null, null, null, null, { restId: ids[1] }]);
  expect(
    errors.map(({ path, extensions }) => [path?.at(-1), extensions.code, extensions.argument]).sort(),
  ).toEqual([
    [1, 'NOT_FOUND', undefined],
    [2, 'BAD_USER_INPUT', 'ids[2]'],
    [3, 'BAD_USER_INPUT', 'ids[3]'],
    [4, 'BAD_USER_INPUT', 'ids[4]'],
  ]);
});

test('no ids are no threads', async () => {
  expect(await read([], 'restId')).toEqual({ threads: [], errors: [], calls: [] });
});
