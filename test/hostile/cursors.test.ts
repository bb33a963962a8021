/** Cursors that no page had, and pages whose items make bad cursors. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from '../../src/resolvers/cursor.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import type { Interception } from '../support/upstream.ts';
import { callRest } from '../support/world.ts';
import { samples, type Wire } from './samples.ts';

const MAX_LENGTH = 512;

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
  await callRest(graph.localUrl, '/assistants', { model: 'offline' });
});
afterEach(() => {
  graph.upstream.intercept = undefined;
});
afterAll(() => graph.close());

interface Assistants {
  assistants: {
    edges: { cursor: string; node: { restId: string } | null }[];
    pageInfo: { endCursor: string };
  } | null;
}

async function read(args: string, cursor?: string) {
  graph.upstream.calls.length = 0;
  const { data, errors } = await graph.send<Assistants, object>(
    `query ($cursor: String) { assistants(${args}) { edges { cursor node { restId } } pageInfo { endCursor } } }`,
    { cursor },
  );
  const sent = graph.upstream.calls.map(({ path }) =>
    new URL(path, graph.upstream.url).searchParams.get('after'),
  );
  return { page: data?.assistants, codes: errors.map(({ extensions }) => extensions.code), errors, sent };
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const respond =
  (respondTo: (after: string | null) => Wire): Interception =>
  ({ path }, response) => {
    const { status = 200, ...body } = respondTo(new URL(path, graph.upstream.url).searchParams.get('after'));
    return Boolean(response.writeHead(Number(status)).end(JSON.stringify(body)));
  };
const assistant = (id: string): Wire => ({ ...samples.Assistant, id });
const unknown = (id: unknown): Wire => ({ status: 404, error: { message: `No assistant '${id}'.` } });

describe('a cursor that no page had', () => {
  test.each([
    ['a number', encoded(5)],
    ['null', encoded(null)],
    ['an object', encoded({ id: 'asst_1' })],
    ['an empty list', encoded([])],
    ['an empty id', encoded([''])],
    ['an id of another type', encoded([5])],
    ['a nested list', encoded([['asst_1']])],
    ['an unknown order', encoded(['asst_1', 'sideways', 'asst_2'])],
    ['too many items', encoded(['asst_1', 'asc', 'asst_2', 'asst_3', 'asst_4', 'asst_5'])],
    ['a path as an item', encoded(['asst_1', 'asc', '../threads'])],
    ['a lone surrogate', encoded(['\uD800'])],
    ['JSON nested as deeply as its length allows', Buffer.from('['.repeat(384)).toString('base64url')],
    ['padding', `${encoded(['asst_1'])}=`],
    ['spaces', Buffer.from('[ "asst_1" ]').toString('base64url')],
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x5b]).toString('base64url')],
  ])('%s is BAD_USER_INPUT after one call', async (_, cursor) => {
    for (const [place, args] of [
      ['after', 'first: 2, after: $cursor'],
      ['before', 'last: 2, before: $cursor'],
    ]) {
      const { page, errors, sent } = await read(String(args), cursor);
      expect(page).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: place } }]);
      expect(sent).toHaveLength(1);
    }
  });

  test('costs no more than seven calls, whatever items it names', async () => {
    const cursor = encoded(['gone', 'asc', 'gone_1', 'gone_2', 'gone_3']);
    const sameOrder = await read('first: 2, after: $cursor, order: ASC', cursor);
    expect(sameOrder).toMatchObject({ codes: ['BAD_USER_INPUT'] });
    expect(sameOrder.sent).toEqual(['gone', 'gone_1', 'gone_2', 'gone_3']);
    const opposite = await read('first: 2, after: $cursor', cursor);
    expect(opposite).toMatchObject({ codes: ['BAD_USER_INPUT'] });
    expect(opposite.sent).toHaveLength(7);
  });

  test('names no other items in a list from which nothing can be deleted', async () => {
    const { id } = await callRest(graph.localUrl, '/threads', {
      messages: [{ role: 'user', content: 'Hello.' }],
    });
    const { data } = await callRest<{ data: { id: string }[] }>(graph.localUrl, `/threads/${id}/messages`);
    const cursor = encoded(['gone', 'asc', data[0]?.id]);
    const calls = await graph.callsDuring(async () => {
      const { errors } = await graph.send(
        `{ thread(id: "${id}") { messages(after: "${cursor}") { nodes { id } } } }`,
      );
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'after' } }]);
    });
    expect(calls.filter((operation) => operation === 'listMessages')).toHaveLength(1);
  });
});

test.each([20, 100, 150, 250, 370])(
  'a cursor is never too long to be used, with ids of %i characters',
  async (length) => {
    const ids = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(length));
    graph.upstream.intercept = respond(() => ({ data: ids.map(assistant), has_more: true }));
    const { page } = await read('first: 4, after: $cursor');
    const cursors = page?.edges.map(({ cursor }) => cursor) ?? [];
    expect(cursors.map((cursor) => decodeCursor(cursor).id)).toEqual(ids);
    for (const cursor of cursors) expect(cursor.length).toBeLessThanOrEqual(MAX_LENGTH);
    graph.upstream.intercept = respond(() => ({ data: [], has_more: false }));
    expect(await read('first: 4, after: $cursor', cursors[3])).toMatchObject({ codes: [], sent: [ids[3]] });
  },
);

describe('with the item of a cursor deleted', () => {
  const cursor = encodeCursor({ id: 'gone', preceding: ['near', 'far'], order: 'desc' });

  test('a failure to read from the next one is reported', async () => {
    graph.upstream.intercept = respond((after) => (after === 'gone' ? unknown(after) : { status: 403 }));
    const { page, codes, sent } = await read('first: 2, after: $cursor', cursor);
    expect({ page, codes, sent }).toEqual({ page: null, codes: ['FORBIDDEN'], sent: ['gone', 'near'] });
  });

  test('a malformed item in its place costs only itself', async () => {
    graph.upstream.intercept = respond((after) => {
      if (after === 'gone') return unknown(after);
      return after === null ? { id: 'near', model: 5 } : { data: [assistant('asst_1')], has_more: false };
    });
    const { page, codes } = await read('last: 2, before: $cursor', cursor);
    expect(page?.edges.map(({ node }) => node?.restId)).toEqual(['asst_1', undefined]);
    expect(codes).toEqual(['UPSTREAM_ERROR']);
    expect(page?.edges.map((edge) => decodeCursor(edge.cursor).id)).toEqual(['asst_1', 'near']);
  });

  test('an item that a list still names, but that cannot be read, is passed over', async () => {
    graph.upstream.intercept = respond((after) => {
      if (after === 'gone' || after === null) return unknown(after ?? 'near');
      return { data: [assistant('asst_1')], has_more: false };
    });
    const { page, codes, sent } = await read('last: 2, before: $cursor', cursor);
    expect({ page, codes }).toEqual({ page: null, codes: ['BAD_USER_INPUT'] });
    expect(sent).toHaveLength(5);
  });
});
