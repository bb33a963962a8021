/** A page that is too large to be read at once is read in parts, and is the same. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PAGE_LIMITS, RESPONSE_LIMITS } from '../../src/rest/response-text.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { json, message, padded } from './support/messages.ts';
import { codesOf } from './support/reads.ts';

let graph: Graph;
beforeEach(async () => {
  graph = await startGraph();
});
afterEach(async () => {
  // Whatever happened, an operation that has ended holds nothing.
  expect(graph.transport.traffic.counts()).toEqual({ connections: 0, bytes: 0, waiting: 0 });
  await graph.close();
});

/** Responds to listMessages as the API does, from the newest to the oldest or the other way round. */
function serveList(items: readonly unknown[], repeatsCursor = false): void {
  graph.upstream.intercept = ({ path }, response) => {
    const query = new URL(path, 'http://host').searchParams;
    const limit = Number(query.get('limit') ?? 20);
    const all = query.get('order') === 'asc' ? items : items.toReversed();
    const cursor = all.findIndex((item) => Object(item).id === query.get('after'));
    const start = repeatsCursor ? Math.max(cursor, 0) : cursor + 1;
    const data = all.slice(start, start + limit);
    const has_more = start + limit < all.length;
    response.writeHead(200, json).end(JSON.stringify({ data, has_more }));
    return true;
  };
}

interface Listed {
  thread: {
    messages: {
      nodes: ({ restId: string } | null)[];
      pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean };
    };
  };
}

const list = (args: string) =>
  graph.send<Listed, object>(
    `{ thread(id: "thread_1") { messages(${args}) { nodes { restId } pageInfo { hasNextPage hasPreviousPage } } } }`,
  );
const limitsAsked = () =>
  graph.upstream.calls.map(({ path }) => Number(new URL(path, 'http://host').searchParams.get('limit')));

test('a page may have 4 MiB, and is read in parts if it has one byte more', async () => {
  const page = (text: string) =>
    JSON.stringify({ data: [message('msg_1', text), message('msg_0')], has_more: true });
  const half = (id: string) => JSON.stringify({ data: [message(id)], has_more: true });
  for (const [bytes, limits] of [
    [PAGE_LIMITS.bytes, [2]],
    [PAGE_LIMITS.bytes + 1, [2, 1, 1]],
  ] as const) {
    graph.upstream.calls.length = 0;
    graph.upstream.intercept = ({ path }, response) => {
      const body = path.includes('limit=2')
        ? padded(bytes, page)
        : half(path.includes('after') ? 'msg_0' : 'msg_1');
      return Boolean(response.writeHead(200, json).end(body));
    };
    const { data, errors } = await list('first: 2');
    expect(errors).toEqual([]);
    expect(data?.thread.messages.nodes.map((node) => node?.restId)).toEqual(['msg_1', 'msg_0']);
    expect(limitsAsked()).toEqual(limits);
  }
});

test.each([
  ['first: 100', false],
  ['last: 100', false],
  ['first: 100', true],
])('a page of 100 long messages is the same in parts: %s, repeated cursor: %s', async (args, repeats) => {
  const ids = Array.from({ length: 120 }, (_, index) => `msg_${index}`);
  serveList(
    ids.map((id) => message(id, 'x'.repeat(100_000))),
    repeats,
  );
  const { data, errors } = await list(args);
  expect(errors).toEqual([]);
  const newest = ids.toReversed().slice(0, 100);
  const expected = args === 'first: 100' ? newest : ids.slice(0, 100).toReversed();
  expect(data?.thread.messages.nodes.map((node) => node?.restId)).toEqual(expected);
  expect(data?.thread.messages.pageInfo).toEqual({
    hasNextPage: args === 'first: 100',
    hasPreviousPage: args === 'last: 100',
  });
  expect(limitsAsked().slice(0, 3)).toEqual([100, 50, 25]);
});

test('however long messages are and whichever are damaged, a page in parts has the same nodes', async () => {
  const item = fc.record({
    length: fc.constantFrom(10, 200_000, 1_500_000),
    damage: fc.constantFrom('none', 'none', 'none', 'object', 'id'),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(item, { minLength: 1, maxLength: 16 }),
      fc.integer({ min: 1, max: 12 }),
      async (items, first) => {
        const all = items.map(({ length, damage }, index) => {
          // Items without an id cannot be cursors, so that only short ones can be passed.
          const text = 'x'.repeat(damage === 'id' ? 10 : length);
          if (damage === 'none') return message(`msg_${index}`, text);
          return { ...(damage === 'object' && { id: `msg_${index}` }), role: 5, text };
        });
        serveList(all);
        const { data, errors } = await list(`first: ${first}`);
        const shown = all.toReversed().slice(0, first);
        const expected = shown.map((one) => ('thread_id' in one ? one.id : undefined));
        expect(data?.thread.messages.nodes.map((node) => node?.restId)).toEqual(expected);
        expect(codesOf(errors).UPSTREAM_ERROR ?? 0).toBe(expected.filter((id) => id === undefined).length);
        expect(data?.thread.messages.pageInfo.hasNextPage).toBe(all.length > first);
      },
    ),
    { numRuns: 25 },
  );
});

test('a page with one item that is too large by itself fails', async () => {
  serveList([message('msg_0'), message('msg_1', 'x'.repeat(RESPONSE_LIMITS.bytes)), message('msg_2')]);
  const { data, errors } = await list('first: 3');
  expect(data?.thread.messages).toBeNull();
  expect(codesOf(errors)).toEqual({ UPSTREAM_ERROR: 1 });
});

test('a page that is only searched for some objects is not read in parts', async () => {
  const ids = Array.from({ length: 100 }, (_, index) => `msg_${index}`);
  const all = ids.map((id) => message(id, 'x'.repeat(100_000)));
  serveList(all);
  const respondToList = graph.upstream.intercept;
  graph.upstream.intercept = (call, response) => {
    if (call.operation === 'listMessages') return respondToList?.(call, response) ?? false;
    const found = all.find(({ id }) => call.path.endsWith(id));
    return Boolean(response.writeHead(200, json).end(JSON.stringify(found)));
  };
  const fields = ids.slice(0, 5).map((id) => `${id}: message(id: "${id}") { role }`);
  const { errors } = await graph.send(`{ thread(id: "thread_1") { ${fields.join(' ')} } }`);
  expect(errors).toEqual([]);
  expect(graph.upstream.calls.map(({ operation }) => operation)).toEqual([
    'listMessages',
    ...Array(5).fill('getMessage'),
  ]);
});
