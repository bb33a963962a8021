import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { callRest, createWorld, type World } from '../support/world.ts';
import { idAddresses, idArguments, pathTo } from './id-arguments.ts';

let graph: Graph;
let world: World;
let otherThreadId: string;
beforeAll(async () => {
  graph = await startGraph();
  world = await createWorld(graph.localUrl);
  otherThreadId = (await callRest(graph.localUrl, '/threads', {})).id;
});
afterAll(() => graph.close());

const globalId = (type: string, ...path: (string | undefined)[]) =>
  Buffer.from(`${type}:${path.join('/')}`).toString('base64url');

test('every argument of type ID is tested here', () => {
  expect(idArguments.map(({ address }) => address).toSorted()).toEqual(idAddresses().toSorted());
});

/** Invalid for every argument. */
const impossible = [
  '',
  '.',
  '..',
  '/',
  '//',
  'a//b',
  'a/../b',
  'thread_1/',
  '/thread_1',
  'a/b/c/d/e',
  '\uD800',
  'a\uDC00',
  // Global ids with an empty id in the path.
  globalId('Assistant', ''),
  globalId('Thread', '..'),
  globalId('Message', 'thread_1', ''),
  globalId('RunStep', 'thread_1', '.', 'step_1'),
  // Of a type that does not exist.
  globalId('MessageFile', 'thread_2', 'msg_1', 'file-1'),
];

describe.each(idArguments)('$address', (idArgument) => {
  const { query, argument } = idArgument;

  test('rejects an invalid id, names the argument, and sends nothing', async () => {
    for (const id of impossible) {
      graph.upstream.calls.length = 0;
      const { errors } = await graph.send(query, { id });
      expect({ id, errors }).toMatchObject({
        id,
        errors: [{ extensions: { code: 'BAD_USER_INPUT', argument } }],
      });
      expect(graph.upstream.calls).toEqual([]);
    }
  });

  test('accepts any other text as an id, which stays one segment of the path', async () => {
    for (const text of [
      'a\0b',
      'a\nb',
      'a b',
      'ä日本🙂',
      'a?b=c',
      'a#b',
      'a%2Fb',
      '%2e%2e',
      'a\\b',
      "a'b",
      '5',
    ]) {
      const path = pathTo(idArgument, text);
      graph.upstream.calls.length = 0;
      const { errors } = await graph.send(query, { id: path });
      expect({ text, codes: errors.map(({ extensions }) => extensions.code) }).toEqual({
        text,
        codes: [expect.stringMatching(/^(NOT_FOUND|BAD_USER_INPUT)$/)],
      });
      const sent = graph.upstream.calls.map(({ path, body }) => `${decodeURIComponent(path)} ${body}`);
      // After a 404, the objects named above it are read.
      expect(sent.slice(1).filter((call) => call === sent[0])).toEqual([]);
      expect(graph.upstream.calls[0]?.operation).toBeDefined();
    }
  });
});

test.each([
  'query ($id: ID!) { thread(id: $id) { createdAt } }',
  'query ($id: String!) { assistants(after: $id) { nodes { id } } }',
  'mutation ($id: ID!) { deleteThread(input: { id: $id }) { deletedId } }',
])('an id that is too long for a path is rejected: %s', async (query) => {
  const { errors } = await graph.send(query, { id: 'x'.repeat(100_000) });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

test('an error names the type of the ID and the expected type', async () => {
  const { errors } = await graph.send('query ($id: ID!) { assistant(id: $id) { name } }', {
    id: globalId('Thread', otherThreadId),
  });
  expect(errors[0]?.message).toBe('`id` must be the ID of an Assistant, not of a Thread');
});

test('a thread with the id runs cannot be modified, since that request would create a run', async () => {
  graph.upstream.calls.length = 0;
  const { errors } = await graph.send(
    'mutation { modifyThread(input: { id: "runs", metadata: {} }) { thread { id } } }',
  );
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(graph.upstream.calls).toEqual([]);
});

describe('a global id of another type or another parent is rejected before anything is sent', () => {
  test.each([
    ['a run for a thread', (): string => `thread(id: "${globalId('Run', 'a', 'b')}") { createdAt }`],
    ['a thread for an assistant', () => `assistant(id: "${globalId('Thread', 'a')}") { model }`],
    [
      'a run for a message',
      () => inThread(`message(id: "${globalId('Run', world.threadId, 'b')}") { text }`),
    ],
    [
      'a message of another thread',
      () => inThread(`message(id: "${globalId('Message', 'a', 'b')}") { text }`),
    ],
    [
      'a path through another thread',
      () => inThread(`run(id: "${otherThreadId}/${world.runIds[0]}") { status }`),
    ],
    [
      'a path that is too short',
      () => inThread(`run(id: "x") { step(id: "${world.runIds[0]}/y") { status } }`),
    ],
    [
      'a run of another thread as a filter',
      () => inThread(`messages(runId: "${otherThreadId}/x") { nodes { id } }`),
    ],
    [
      'a file of another assistant',
      () => `assistant(id: "a") { file(id: "${globalId('AssistantFile', 'b', 'c')}") { id } }`,
    ],
  ])('%s', async (_, selection) => {
    graph.upstream.calls.length = 0;
    const { errors } = await graph.send(`{ ${selection()} }`);
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', argument: expect.stringMatching(/^(id|runId)$/) } },
    ]);
    expect(graph.upstream.calls).toEqual([]);
  });

  const inThread = (selection: string) => `thread(id: "${world.threadId}") { ${selection} }`;
});

test('all forms of an id lead to the same object', async () => {
  const { threadId, runIds, stepIds } = world;
  const [runId, stepId] = [runIds[0], stepIds[0]];
  const id = globalId('RunStep', threadId, runId, stepId);
  const names = [`"${stepId}"`, `"${threadId}/${runId}/${stepId}"`, `"${id}"`];
  const steps = names.map((name, index) => `s${index}: step(id: ${name}) { id restId }`).join(' ');
  const query = `{ thread(id: "${globalId('Thread', threadId)}") { run(id: "${threadId}/${runId}") { ${steps} } } }`;
  const step = { id, restId: stepId };
  expect(await graph.data(query, {})).toEqual({ thread: { run: { s0: step, s1: step, s2: step } } });
});

describe('text that only looks like a global id is a REST id', () => {
  test.each([
    ['padded', `${globalId('Thread', 'x')}=`],
    ['of a type that is none of ours', globalId('Robot', 'x')],
    ['of a type of every object', globalId('constructor', 'x')],
    ['with too many ids', globalId('Thread', 'x', 'y')],
    ['with too few', Buffer.from('Thread').toString('base64url')],
    ['with other capitals', globalId('thread', 'x')],
  ])('%s', async (_, id) => {
    graph.upstream.calls.length = 0;
    const { errors } = await graph.send('query ($id: ID!) { thread(id: $id) { createdAt } }', { id });
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    expect(graph.upstream.calls.map(({ path }) => path)).toEqual([`/threads/${encodeURIComponent(id)}`]);
  });
});

describe('nodes', () => {
  const nodes = (ids: readonly string[]) =>
    graph.send<{ nodes: unknown[] } | null, object>(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }',
      { ids },
    );

  test('an invalid id gives null in its position, and an error with its index', async () => {
    const thread = globalId('Thread', world.threadId);
    const run = globalId('Run', world.threadId, world.runIds[0]);
    const ids = [
      thread,
      'nonsense',
      globalId('Thread', 'thread_nowhere'),
      run,
      globalId('Thread', '..'),
      world.threadId,
    ];
    const { data, errors } = await nodes(ids);
    expect(data?.nodes).toEqual([
      { id: thread, __typename: 'Thread' },
      null,
      null,
      { id: run, __typename: 'Run' },
      null,
      null,
    ]);
    expect(errors.map(({ path, extensions }) => [path, extensions.code, extensions.argument])).toEqual(
      expect.arrayContaining([
        [['nodes', 1], 'BAD_USER_INPUT', 'ids[1]'],
        [['nodes', 2], 'NOT_FOUND', undefined],
        [['nodes', 4], 'BAD_USER_INPUT', 'ids[4]'],
        [['nodes', 5], 'BAD_USER_INPUT', 'ids[5]'],
      ]),
    );
    expect(errors).toHaveLength(4);
  });

  test('accepts no ids, repeated ids and 100 ids, but not 101', async () => {
    const thread = globalId('Thread', world.threadId);
    expect((await nodes([])).data).toEqual({ nodes: [] });
    graph.upstream.calls.length = 0;
    expect((await nodes(Array(100).fill(thread))).data?.nodes).toHaveLength(100);
    expect(graph.upstream.calls).toHaveLength(1);
    graph.upstream.calls.length = 0;
    const { errors } = await nodes(Array(101).fill(thread));
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'ids' } }]);
    expect(graph.upstream.calls).toEqual([]);
  });

  test('node does not accept a REST id', async () => {
    const { data, errors } = await graph.send(`{ node(id: "${world.threadId}") { id } }`);
    expect(data).toEqual({ node: null });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'id' } }]);
  });
});
