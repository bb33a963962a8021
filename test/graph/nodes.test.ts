import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NodeType } from '../../src/loaders/node-types.ts';
import type { OperationName } from '../../src/rest/operations.ts';
import { withReadableCursors } from '../support/cursors.ts';
import { type Graph, type GraphError, startGraph } from '../support/graph.ts';
import { ownFields } from '../support/selections.ts';
import { createWorld, type World } from '../support/world.ts';

/** How the objects of a type are found. `around` is a query of their parent, with `*` for its selection. */
interface NodeCase {
  readonly field: string;
  readonly get: OperationName;
  readonly around: string;
  readonly path: (world: World) => readonly (string | undefined)[];
  /** The field that lists them, and the REST ids of the whole list, oldest first. */
  readonly list?: {
    readonly field: string;
    readonly operation: OperationName;
    readonly all: (world: World) => readonly string[];
  };
}

const inThread = '{ thread(id: "THREAD") { * } }';

/** The compiler requires every type. Threads have no list: the REST API cannot list them. */
const cases: { readonly [Type in NodeType]: NodeCase } = {
  Assistant: {
    field: 'assistant',
    get: 'getAssistant',
    around: '{ * }',
    path: (world) => [world.assistantIds[0]],
    list: { field: 'assistants', operation: 'listAssistants', all: (world) => world.assistantIds },
  },
  AssistantFile: {
    field: 'file',
    get: 'getAssistantFile',
    around: '{ assistant(id: "ASSISTANT") { * } }',
    path: (world) => [world.assistantId, world.fileIds[0]],
    list: { field: 'files', operation: 'listAssistantFiles', all: (world) => world.fileIds },
  },
  Thread: { field: 'thread', get: 'getThread', around: '{ * }', path: (world) => [world.threadId] },
  Message: {
    field: 'message',
    get: 'getMessage',
    around: inThread,
    path: (world) => [world.threadId, world.messageIds[1]],
    list: { field: 'messages', operation: 'listMessages', all: (world) => world.messageIds },
  },
  MessageFile: {
    field: 'file',
    get: 'getMessageFile',
    around: '{ thread(id: "THREAD") { message(id: "MESSAGE") { * } } }',
    path: (world) => [world.threadId, world.messageIds[0], world.fileIds[0]],
    list: { field: 'files', operation: 'listMessageFiles', all: (world) => world.fileIds },
  },
  Run: {
    field: 'run',
    get: 'getRun',
    around: inThread,
    path: (world) => [world.threadId, world.runIds[0]],
    list: { field: 'runs', operation: 'listRuns', all: (world) => world.runIds },
  },
  RunStep: {
    field: 'step',
    get: 'getRunStep',
    around: '{ thread(id: "THREAD") { run(id: "RUN") { * } } }',
    path: (world) => [world.threadId, world.runIds[0], world.stepIds[0]],
    list: { field: 'steps', operation: 'listRunSteps', all: (world) => world.stepIds },
  },
};

let graph: Graph;
let world: World;
beforeAll(async () => {
  graph = await startGraph();
  world = await createWorld(graph.localUrl);
});
afterAll(() => graph.close());

interface Result {
  /** The value of the innermost field of the query. */
  readonly value: unknown;
  readonly errors: readonly GraphError[];
  readonly calls: readonly (OperationName | undefined)[];
}

/** Sends the query of the parent with `inner` as its selection. */
async function read({ around }: Pick<NodeCase, 'around'>, inner: string): Promise<Result> {
  const query = around
    .replace('*', inner)
    .replace('"THREAD"', JSON.stringify(world.threadId))
    .replace('"MESSAGE"', JSON.stringify(world.messageIds[0]))
    .replace('"RUN"', JSON.stringify(world.runIds[0]))
    .replace('"ASSISTANT"', JSON.stringify(world.assistantId));
  graph.upstream.calls.length = 0;
  const { data, errors } = await graph.send<unknown, object>(query);
  let value = data;
  for (let depth = around.split('{').length - 1; depth > 0; depth--) value = onlyValue(value);
  return { value, errors, calls: graph.upstream.calls.map((call) => call.operation) };
}

function onlyValue(object: unknown): unknown {
  return typeof object === 'object' && object !== null ? Object.values(object)[0] : object;
}

function globalId(type: string, path: readonly (string | undefined)[]): string {
  return Buffer.from(`${type}:${path.join('/')}`).toString('base64url');
}

const entries = Object.entries(cases).map(([type, found]) => ({ type, ...found }));

describe.each(entries)('$type', ({ type, ...found }) => {
  const { field, get } = found;

  test('is found by its REST id in one call, even if only ids are selected', async () => {
    const path = found.path(world);
    const { value, errors, calls } = await read(found, `${field}(id: "${path.at(-1)}") { id restId }`);
    expect({ value, errors }).toEqual({
      value: { id: globalId(type, path), restId: path.at(-1) },
      errors: [],
    });
    expect(calls).toEqual([get]);
  });

  test('is found by node and its global id in one call', async () => {
    const id = globalId(type, found.path(world));
    const { value, calls } = await read({ around: '{ * }' }, `node(id: "${id}") { __typename id }`);
    expect(value).toEqual({ __typename: type, id });
    expect(calls).toEqual([get]);
  });

  test('is null with NOT_FOUND for an unknown id', async () => {
    const { value, errors, calls } = await read(found, `${field}(id: "nowhere") { id }`);
    expect(value).toBeNull();
    expect(errors).toMatchObject([
      { path: expect.arrayContaining([field]), extensions: { code: 'NOT_FOUND', upstream: { status: 404 } } },
    ]);
    // Then the objects named above it are read, since one of those may be the missing one.
    expect(calls.filter((call) => call === get)).toHaveLength(1);
  });

  test('is read with all its fields in one call', async () => {
    const id = found.path(world).at(-1);
    const { value, errors, calls } = await read(found, `${field}(id: "${id}") { ${ownFields(type)} }`);
    expect(errors).toEqual([]);
    expect(value).toMatchObject({ restId: id });
    expect(calls).toEqual([get]);
  });
});

const listed = entries.flatMap(({ list, ...found }) => (list === undefined ? [] : [{ ...found, list }]));
const page =
  '{ nodes { restId } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }';

describe.each(listed)('a list of $type', ({ list, ...found }) => {
  const pageOf = async (args: string) => {
    const { value, calls } = await read(found, `${list.field}(${args}) ${page}`);
    return { value: withReadableCursors(value), calls };
  };
  const expected = (ids: readonly string[], hasPreviousPage: boolean, hasNextPage: boolean) => ({
    nodes: ids.map((restId) => ({ restId })),
    edges: ids.map((cursor) => ({ cursor })),
    pageInfo: { hasNextPage, hasPreviousPage, startCursor: ids[0], endCursor: ids.at(-1) },
  });

  test('has a first page, read in one call', async () => {
    const { value, calls } = await pageOf('first: 2, order: ASC');
    expect(value).toEqual(expected(list.all(world).slice(0, 2), false, true));
    expect(calls).toEqual([list.operation]);
  });

  test('has a next page, read in one call', async () => {
    const all = list.all(world);
    const { value, calls } = await pageOf(`first: 100, after: "${all[1]}", order: ASC`);
    expect(value).toEqual(expected(all.slice(2), true, false));
    expect(calls).toEqual([list.operation]);
  });

  test('has a previous page, read in one call', async () => {
    const all = list.all(world);
    const { value, calls } = await pageOf(`last: 1, before: "${all[2]}", order: ASC`);
    expect(value).toEqual(expected(all.slice(1, 2), true, true));
    expect(calls).toEqual([list.operation]);
  });

  test('is sorted newest first by default, and last reads from its end', async () => {
    const all = list.all(world);
    expect((await pageOf('first: 1')).value).toEqual(expected(all.slice(-1), false, true));
    expect((await pageOf('last: 1')).value).toEqual(expected(all.slice(0, 1), true, false));
  });
});
