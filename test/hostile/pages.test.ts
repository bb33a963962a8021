import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { withReadableCursors } from '../support/cursors.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import type { Call } from '../support/upstream.ts';
import { samples, type Wire } from './samples.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterEach(() => {
  graph.upstream.intercept = undefined;
});
afterAll(() => graph.close());

const message = (id: string, changes: Wire = {}): Wire => ({ ...samples.Message, id, ...changes });
const several = (count: number) => Array.from({ length: count }, (_, index) => message(`msg_${index}`));

interface Page {
  readonly edges: readonly { cursor: string; node: { restId: string; text: string } | null }[];
  readonly nodes: readonly ({ restId: string } | null)[];
  readonly pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string;
    endCursor: string;
  };
}

interface RequestedPage {
  thread: { messages: Page | null };
}

async function read(body: unknown, args = 'first: 3', parent = 'thread(id: "thread_1")') {
  graph.upstream.intercept = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    return true;
  };
  const query = `{ thread: ${parent} { messages(${args}) {
    edges { cursor node { restId text } } nodes { restId }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;
  const { data, errors } = await graph.send<RequestedPage, object>(query);
  const page = withReadableCursors(data?.thread.messages ?? null);
  return { page, codes: errors.map(({ extensions }) => extensions.code), errors };
}

describe('has_more', () => {
  test.each([
    ['missing from a full page', several(3), undefined, true],
    ['missing from a page that is not full', several(2), undefined, false],
    ['of another type on a full page', several(3), 'true', true],
    ['null on a page that is not full', several(1), null, false],
    ['true on an empty page, which has no cursor to continue from', [], true, false],
    ['true', several(2), true, true],
    ['false', several(3), false, false],
  ])('%s', async (_, data, has_more, expected) => {
    const forward = await read({ data, has_more });
    expect(forward.page?.pageInfo).toMatchObject({ hasNextPage: expected, hasPreviousPage: false });
    const backward = await read({ data, has_more }, 'last: 3');
    expect(backward.page?.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: expected });
  });
});

describe('the items of a page', () => {
  test('an unreadable item is null and has an error, and the others are shown', async () => {
    const data = [message('msg_0'), null, 5, 'x', [], {}, { id: null }, message('msg_1')];
    const { page, codes } = await read({ data, has_more: false }, 'first: 20');
    expect(page?.nodes.map((node) => node?.restId)).toEqual(['msg_0', ...Array(6).fill(undefined), 'msg_1']);
    // Once in edges, once in nodes.
    expect(codes).toEqual(Array(12).fill('UPSTREAM_ERROR'));
  });

  test('an item without an id has the cursor of the item before it, so that no item is skipped', async () => {
    const { page } = await read({ data: [message('msg_0'), null, {}], has_more: true });
    expect(page?.edges.map(({ cursor }) => cursor)).toEqual(['msg_0', 'msg_0', 'msg_0']);
    expect(page?.pageInfo.endCursor).toBe('msg_0');
  });

  test('items beyond the requested number are left for the next page', async () => {
    const { page } = await read({ data: several(5), has_more: false });
    expect(page?.nodes.map((node) => node?.restId)).toEqual(['msg_0', 'msg_1', 'msg_2']);
    expect(page?.pageInfo).toMatchObject({ hasNextPage: true, endCursor: 'msg_2' });
  });

  test('the item at the cursor is left out of the page after it', async () => {
    const { page } = await read({ data: several(3), has_more: true }, 'first: 3, after: "msg_0"');
    expect(page?.nodes.map((node) => node?.restId)).toEqual(['msg_1', 'msg_2']);
    expect(page?.pageInfo.hasNextPage).toBe(true);
  });

  test.each([1, 3])(
    'the first page of %i again, sent for its last cursor, does not make a client loop',
    async (size) => {
      const last = `msg_${size - 1}`;
      const { page, codes } = await read(
        { data: several(size), has_more: true },
        `first: ${size}, after: "${last}"`,
      );
      if (size === 1) expect(page?.pageInfo).toMatchObject({ hasNextPage: false, endCursor: null });
      else expect({ page, codes }).toEqual({ page: null, codes: ['UPSTREAM_ERROR'] });
    },
  );

  test('a page with data: null is empty', async () => {
    const { page, codes } = await read({ data: null, has_more: true });
    expect(page).toMatchObject({ edges: [], pageInfo: { hasNextPage: false, endCursor: null } });
    expect(codes).toEqual([]);
  });

  test('with an upstream that repeats the cursor, a page of one item is read as a page of two', async () => {
    const all = several(4);
    graph.upstream.intercept = ({ path }, response) => {
      const query = new URL(path, graph.upstream.url).searchParams;
      const start = all.findIndex(({ id }) => id === query.get('after'));
      const data = all.slice(start, start + Number(query.get('limit')));
      const has_more = data.at(-1) !== all.at(-1);
      return Boolean(response.end(JSON.stringify({ data, has_more })));
    };
    const pageAfter = async (cursor: string) => {
      const query = `{ thread(id: "thread_1") { messages(first: 1, after: "${cursor}") {
        nodes { restId } pageInfo { hasNextPage } } } }`;
      const { thread } = await graph.data<RequestedPage, object>(query);
      return [thread.messages?.nodes.map((node) => node?.restId), thread.messages?.pageInfo.hasNextPage];
    };
    expect(await pageAfter('msg_1')).toEqual([['msg_2'], true]);
    expect(await pageAfter('msg_2')).toEqual([['msg_3'], false]);
    expect(await pageAfter('msg_3')).toEqual([[], false]);
  });

  test('an object that is listed twice is shown twice, as it was first', async () => {
    const other = { type: 'text', text: { value: 'Other.', annotations: [] } };
    const data = [message('msg_0'), message('msg_0', { content: [other] })];
    const { page, codes } = await read({ data, has_more: false });
    expect(codes).toEqual([]);
    expect(page?.edges[1]).toEqual(page?.edges[0]);
  });

  test.each(['a/b', '..', '.', ''])(
    'an object with the id %j, which cannot be part of a path, is not shown',
    async (id) => {
      const { page, codes } = await read({ data: [message(id), message('msg_1')], has_more: false });
      expect(page?.nodes.map((node) => node?.restId)).toEqual([undefined, 'msg_1']);
      expect(codes).toEqual(['UPSTREAM_ERROR', 'UPSTREAM_ERROR']);
    },
  );

  test.each([
    ['of another type', { data: {}, has_more: false }],
    ['missing', { has_more: false }],
  ])('data that is %s makes the page null', async (_, body) => {
    const { page, codes } = await read(body);
    expect({ page, codes }).toEqual({ page: null, codes: ['UPSTREAM_ERROR'] });
  });

  test('an object that is nested too deeply to be serialized is null', async () => {
    const deep = `${'['.repeat(40_000)}${']'.repeat(40_000)}`;
    const data = [message('msg_0'), message('msg_1', { content: [{ type: 'x', deep: 'HERE' }] })];
    const body = JSON.stringify({ data, has_more: false }).replace('"HERE"', deep);
    graph.upstream.intercept = (_, response) => Boolean(response.end(body));
    const result = await graph.send(
      '{ thread(id: "thread_1") { messages { nodes { restId content { ... on UnknownContent { raw } } } } } }',
    );
    expect(result).toMatchObject({
      data: { thread: { messages: { nodes: [{ restId: 'msg_0' }, null] } } },
      errors: [{ extensions: { code: 'UPSTREAM_ERROR' } }],
    });
  });

  test('first_id and last_id are ignored', async () => {
    const { page } = await read({ data: several(2), first_id: 5, last_id: 'elsewhere', has_more: false });
    expect(page?.pageInfo).toMatchObject({ startCursor: 'msg_0', endCursor: 'msg_1' });
  });
});

test('messages of another run or of none are not shown if upstream ignores run_id', async () => {
  const data = [message('msg_0', { run_id: 'run_2' }), message('msg_1'), message('msg_2', { run_id: null })];
  const { page, codes } = await read({ data, has_more: false }, 'first: 3, runId: "run_1"');
  expect(page?.nodes.map((node) => node?.restId)).toEqual([undefined, 'msg_1', undefined]);
  expect(codes).toEqual(Array(4).fill('UPSTREAM_ERROR'));
});

describe('links', () => {
  test('that are not found on a malformed page are read one by one', async () => {
    const ids = ['asst_1', 'asst_2', 'asst_3', 'asst_4', 'asst_5'];
    const assistant = (id: string, name: string): Wire => ({ ...samples.Assistant, id, name });
    const responses: Readonly<Record<string, Wire>> = {
      listRuns: {
        data: ids.map((assistant_id) => ({ ...samples.Run, id: `run_of_${assistant_id}`, assistant_id })),
      },
      listAssistants: {
        data: [assistant('asst_1', 'asst_1'), { id: 'asst_2' }, null, assistant('asst_1', 'Another'), 5],
        has_more: true,
      },
    };
    graph.upstream.intercept = ({ operation = '', path }, response) => {
      const id = path.split('/').at(-1) ?? '';
      response.end(JSON.stringify(responses[operation] ?? assistant(id, id)));
      return true;
    };
    const { data, errors } = await graph.send(
      '{ thread(id: "thread_1") { runs(first: 5) { nodes { assistant { restId name } } } } }',
    );
    expect(errors).toEqual([]);
    const nodes = ids.map((id) => ({ assistant: { restId: id, name: id } }));
    expect(data).toEqual({ thread: { runs: { nodes } } });
  });

  test('are null if upstream responds with a different object', async () => {
    graph.upstream.intercept = ({ operation }: Call, response) => {
      const object = operation === 'getRun' ? samples.Run : { ...samples.Assistant, id: 'asst_2' };
      response.writeHead(200).end(JSON.stringify(object));
      return true;
    };
    const { data, errors } = await graph.send(
      '{ thread(id: "thread_1") { run(id: "run_1") { status assistantId assistant { name } } } }',
    );
    expect(data).toMatchObject({ thread: { run: { status: 'REQUIRES_ACTION', assistant: null } } });
    expect(errors).toMatchObject([
      { path: ['thread', 'run', 'assistant'], extensions: { code: 'UPSTREAM_ERROR' } },
    ]);
  });
});
