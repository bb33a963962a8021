import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { withReadableCursors } from '../support/cursors.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { callRest, createWorld, type World } from '../support/world.ts';

let graph: Graph;
let world: World;
let emptyThreadId: string;
beforeAll(async () => {
  graph = await startGraph();
  world = await createWorld(graph.localUrl);
  emptyThreadId = (await callRest(graph.localUrl, '/threads', {})).id;
});
afterEach(() => {
  graph.upstream.intercept = undefined;
});
afterAll(() => graph.close());

interface Page {
  readonly nodes: readonly { restId: string }[];
  readonly pageInfo: object;
}

const page = '{ nodes { restId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }';

async function read(args: string, threadId = world.threadId) {
  const query = `{ thread(id: "${threadId}") { messages(${args}) ${page} } }`;
  graph.upstream.calls.length = 0;
  const { data, errors } = await graph.send<{ thread: { messages: Page } }, object>(query);
  return {
    ids: data?.thread.messages?.nodes.map(({ restId }) => restId),
    pageInfo: withReadableCursors(data?.thread.messages?.pageInfo ?? null),
    errors,
    paths: graph.upstream.calls.map(({ path }) => path.replace(/^.*\?/, '')),
  };
}

describe('pages', () => {
  test('have 20 items by default, newest first', async () => {
    const { ids, paths } = await read('runId: null');
    expect(ids).toEqual(world.messageIds.toReversed());
    expect(paths).toEqual(['limit=20&order=desc']);
  });

  test('are read forwards in the opposite order to page backwards', async () => {
    const [, second, third, fourth] = world.messageIds;
    const { ids, pageInfo, paths } = await read(`last: 1, before: "${third}", order: ASC`);
    expect(ids).toEqual([second]);
    expect(pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: true,
      startCursor: second,
      endCursor: second,
    });
    expect(paths).toEqual([`limit=1&order=desc&after=${third}`]);
    expect((await read(`before: "${fourth}", order: ASC`)).ids).toEqual(world.messageIds.slice(0, 3));
    expect((await read(`last: 2, before: "${second}", order: DESC`)).ids).toEqual([fourth, third]);
  });

  test('contain each object once, in either direction', async () => {
    for (const [size, cursor, end] of [
      ['first', 'after', 'endCursor'],
      ['last', 'before', 'startCursor'],
    ]) {
      const met: string[] = [];
      let from = '';
      for (;;) {
        const { ids = [], pageInfo } = await read(`${size}: 1, order: ASC${from}`);
        if (ids.length === 0) break;
        met.push(...ids);
        from = `, ${cursor}: "${Object(pageInfo)[end ?? '']}"`;
      }
      expect(met).toEqual(size === 'first' ? world.messageIds : world.messageIds.toReversed());
    }
  });

  test('have no cursors if they are empty', async () => {
    const { ids, pageInfo } = await read('first: 5', emptyThreadId);
    expect(ids).toEqual([]);
    expect(pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: null,
      endCursor: null,
    });
  });

  test.each([
    ['first: 0', false, false],
    ['last: 0', false, false],
    ['first: 0, after: "any"', false, true],
    ['last: 0, before: "any"', true, false],
  ])('with %s are empty and cost nothing', async (args, hasNextPage, hasPreviousPage) => {
    const { ids, pageInfo, paths } = await read(args);
    expect(ids).toEqual([]);
    expect(pageInfo).toEqual({ hasNextPage, hasPreviousPage, startCursor: null, endCursor: null });
    // The thread itself is read, since no other call tells whether it exists.
    expect(paths).toEqual([`/threads/${world.threadId}`]);
  });

  test('without items leave a link free', async () => {
    const empty = 'thread { id messages(first: 0) { nodes { text } } runs(last: 0) { nodes { status } } }';
    const calls = await graph.callsDuring(() =>
      graph.data(`{ thread(id: "${world.threadId}") { runs { nodes { ${empty} } } } }`, {}),
    );
    expect(calls).toEqual(['listRuns']);
  });

  test('without items do not make a missing object seem to exist', async () => {
    const { data, errors } = await graph.send(
      'query ($none: Int = 0) { thread(id: "gone") { id messages(first: $none) { nodes { id } } } }',
    );
    expect({ data, errors }).toMatchObject({
      data: { thread: null },
      errors: [{ path: ['thread'], extensions: { code: 'NOT_FOUND' } }],
    });
  });

  test('without items cost nothing only where the variables of the operation say so', async () => {
    const page = 'messages(first: $first) { nodes { id } }';
    const calls = async (query: string) => {
      const all = [];
      for (const first of [0, 2, 0]) all.push(await graph.callsDuring(() => graph.data(query, { first })));
      return all;
    };
    expect(await calls(`query ($first: Int) { thread(id: "${world.threadId}") { ${page} } }`)).toEqual([
      ['getThread'],
      ['listMessages'],
      ['getThread'],
    ]);
    const runs = `runs(first: 1) { nodes { thread { ${page} } } }`;
    expect(await calls(`query ($first: Int) { thread(id: "${world.threadId}") { ${runs} } }`)).toEqual([
      ['listRuns'],
      ['listRuns', 'getThread', 'listMessages'],
      ['listRuns'],
    ]);
  });

  test('of files make no call if the object has no file ids', async () => {
    const calls = await graph.callsDuring(() =>
      graph.data(
        `{ thread(id: "${world.threadId}") { messages(first: 2) { nodes { fileIds files { nodes { id } } } } } }`,
        {},
      ),
    );
    expect(calls).toEqual(['listMessages']);
  });

  test('of messages can be filtered by the run that wrote them', async () => {
    const [runId] = world.runIds;
    const runGlobalId = Buffer.from(`Run:${world.threadId}/${runId}`).toString('base64url');
    const { ids, paths } = await read(`runId: "${runGlobalId}"`);
    expect(ids).toEqual([world.messageIds[1]]);
    expect(paths).toEqual([`limit=20&order=desc&run_id=${runId}`]);
  });
});

describe('invalid paging arguments are rejected by name before anything is sent', () => {
  test.each([
    ['first: -1', 'first'],
    ['first: 101', 'first'],
    ['first: 2147483647', 'first'],
    ['last: -1', 'last'],
    ['last: 101', 'last'],
    ['first: 1, last: 1', 'first'],
    ['first: 1, before: "a"', 'first'],
    ['last: 1, after: "a"', 'last'],
    ['after: "a", before: "b"', 'after'],
    ['after: ""', 'after'],
    ['before: ""', 'before'],
  ])('%s', async (args, argument) => {
    const { errors, paths } = await read(args);
    expect(errors).toMatchObject([
      { path: ['thread', 'messages'], extensions: { code: 'BAD_USER_INPUT', argument } },
    ]);
    expect(paths).toEqual([]);
  });

  test('null is the same as omitted', async () => {
    expect((await read('first: null, last: 1, after: null, before: null, order: null')).ids).toEqual([
      world.messageIds[0],
    ]);
  });
});

describe('a cursor that is not in the list', () => {
  test.each([
    ['after', 'first: 2, after: "nowhere"'],
    ['before', 'last: 2, before: "nowhere"'],
    ['after', 'after: "a\\u0000\\n日本"'],
  ])('is BAD_USER_INPUT, which names it: %s', async (argument, args) => {
    const { errors } = await read(args);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }]);
  });

  test('is BAD_USER_INPUT if the upstream responds with 404', async () => {
    graph.upstream.intercept = ({ operation }, response) =>
      operation === 'listMessages' &&
      Boolean(response.writeHead(404).end(JSON.stringify({ error: { message: 'No such cursor.' } })));
    const { errors } = await read('after: "nowhere"');
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'after' } }]);
  });

  test('is BAD_USER_INPUT in a list that is known to be empty', async () => {
    const { errors } = await graph.send(
      `{ thread(id: "${world.threadId}") { messages(first: 1) { nodes { files(after: "nowhere") { nodes { id } } } } } }`,
    );
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'after' } }]);
  });

  test('is not blamed if the parent does not exist', async () => {
    const { data, errors } = await graph.send(
      '{ thread(id: "thread_nowhere") { messages(after: "thread") { nodes { id } } } }',
    );
    expect({ data, errors }).toMatchObject({
      data: { thread: null },
      errors: [{ path: ['thread'], extensions: { code: 'NOT_FOUND' } }],
    });
  });

  test.each([
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
  ])('is not blamed for status %i, whatever the message', async (status, code) => {
    graph.upstream.intercept = (_, response) =>
      Boolean(response.writeHead(status).end(JSON.stringify({ error: { message: 'a is no key' } })));
    const { errors } = await read('after: "a"');
    expect(errors).toMatchObject([{ extensions: { code } }]);
  });
});
