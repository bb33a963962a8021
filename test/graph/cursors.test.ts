/** Cursors in the lists whose items can be deleted: they stay valid as long as an item that they name is left. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decodeCursor } from '../../src/resolvers/cursor.ts';
import { assistantList, type DeletableList, fileList } from '../support/deletable-lists.ts';
import { type Graph, startGraph } from '../support/graph.ts';

const SHOW_CALLS = { 'x-show-upstream-calls': '1' };

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

interface Page {
  readonly edges: readonly { cursor: string; node: { restId: string } }[];
  readonly pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string;
    endCursor: string;
  };
}

describe.each([
  ['assistants', assistantList],
  ['files of an assistant', fileList],
])('cursors of %s', (_, create) => {
  let list: DeletableList;
  beforeEach(async () => {
    list = await create(graph.localUrl, 8);
  });

  /** A page, with the positions of its items in the list, oldest first. */
  async function read(args: string) {
    graph.upstream.calls.length = 0;
    const page = `(${args}, order: ASC) { edges { cursor node { restId } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`;
    const { data, errors, extensions } = await graph.send<Record<string, unknown>, object>(
      list.query.replace('*', page),
      {},
      SHOW_CALLS,
    );
    const calls = graph.upstream.calls.length;
    expect(Object(extensions?.upstream).cost.calls).toBeGreaterThanOrEqual(calls);
    const found: Page | null = Object(data?.parent ?? data).list;
    const { edges = [], pageInfo } = found ?? {};
    return { errors, calls, items: edges.map(({ node }) => list.ids.indexOf(node.restId)), edges, pageInfo };
  }

  const remove = (...indexes: number[]) =>
    Promise.all(indexes.map((index) => list.remove(list.ids[index] ?? '')));

  test('name up to three items before their own, in the order in which the page was read', async () => {
    const named = (cursor = '') => {
      const { id, preceding, order } = decodeCursor(cursor);
      return [...[id, ...preceding].map((each) => list.ids.indexOf(each)), order];
    };
    const first = await read('first: 4');
    expect(named(first.pageInfo?.endCursor)).toEqual([3, 2, 1, 0, 'asc']);
    // Nothing comes before the first item: the items after it come before it in the opposite order.
    expect(named(first.pageInfo?.startCursor)).toEqual([0, 1, 2, 3, 'desc']);
    const second = await read(`first: 2, after: "${first.pageInfo?.endCursor}"`);
    expect(named(second.pageInfo?.startCursor)).toEqual([4, 3, 2, 1, 'asc']);
    expect(named(second.pageInfo?.endCursor)).toEqual([5, 4, 3, 2, 'asc']);
    const last = await read('last: 2');
    expect(named(last.pageInfo?.startCursor)).toEqual([6, 7, 'desc']);
    const previous = await read(`last: 2, before: "${last.pageInfo?.startCursor}"`);
    expect(named(previous.pageInfo?.startCursor)).toEqual([4, 5, 6, 7, 'desc']);
  });

  test('lead to the next page after their item was deleted, and the two before it', async () => {
    const { pageInfo } = await read('first: 4');
    const next = `first: 2, after: "${pageInfo?.endCursor}"`;
    for (const [calls, deleted] of [
      [2, 3],
      [3, 2],
      [4, 1],
    ] as const) {
      await remove(deleted);
      expect(await read(next)).toMatchObject({
        items: [4, 5],
        calls,
        pageInfo: { hasPreviousPage: true, hasNextPage: true },
      });
    }
  });

  test('lead to the previous page after their item was deleted', async () => {
    const { pageInfo } = await read('last: 4');
    await remove(4);
    const previous = await read(`last: 2, before: "${pageInfo?.startCursor}"`);
    expect(previous).toMatchObject({
      items: [2, 3],
      calls: 2,
      pageInfo: { hasPreviousPage: true, hasNextPage: true },
    });
    await remove(2, 5);
    expect((await read(`last: 2, before: "${previous.pageInfo?.startCursor}"`)).items).toEqual([0, 1]);
  });

  test('lead backwards from a page read forwards: the nearest item left is on the page', async () => {
    const { edges } = await read('first: 6');
    await remove(4, 5);
    const pageBefore = (size: number) => read(`last: ${size}, before: "${edges[5]?.cursor}"`);
    expect(await pageBefore(3)).toMatchObject({ items: [1, 2, 3], pageInfo: { hasPreviousPage: true } });
    expect(await pageBefore(1)).toMatchObject({ items: [3], pageInfo: { hasPreviousPage: true } });
    expect(await pageBefore(4)).toMatchObject({ items: [0, 1, 2, 3], pageInfo: { hasPreviousPage: false } });
    expect(await pageBefore(9)).toMatchObject({ items: [0, 1, 2, 3], pageInfo: { hasPreviousPage: false } });
    await remove(0, 1, 2);
    expect(await pageBefore(1)).toMatchObject({ items: [3], pageInfo: { hasPreviousPage: false } });
  });

  test('lead forwards from a page read backwards', async () => {
    const { edges } = await read('last: 3');
    await remove(5);
    expect((await read(`first: 1, after: "${edges[0]?.cursor}"`)).items).toEqual([6]);
    expect((await read(`last: 1, before: "${edges[1]?.cursor}"`)).items).toEqual([4]);
  });

  test('of a first page lead to items before it', async () => {
    const { pageInfo } = await read('first: 2');
    await remove(0);
    expect(await read(`last: 5, before: "${pageInfo?.startCursor}"`)).toMatchObject({
      items: [],
      errors: [],
    });
  });

  test('are invalid once all items that they name were deleted', async () => {
    const { pageInfo } = await read('first: 4');
    await remove(0, 1, 2, 3);
    for (const args of [
      `first: 2, after: "${pageInfo?.endCursor}"`,
      `last: 2, before: "${pageInfo?.endCursor}"`,
    ]) {
      const { errors } = await read(args);
      expect(errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT', argument: args.includes('after') ? 'after' : 'before' } },
      ]);
      expect(errors[0]?.message).toContain(String(pageInfo?.endCursor));
    }
  });

  test('can be REST ids, which are invalid after a deletion', async () => {
    expect((await read(`first: 2, after: "${list.ids[3]}"`)).items).toEqual([4, 5]);
    await remove(3);
    expect((await read(`first: 2, after: "${list.ids[3]}"`)).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', argument: 'after' } },
    ]);
  });
});
