/** In every shape of a query, the outermost object that the client named and that does not exist is null. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { createWorld, type World } from '../support/world.ts';

let graph: Graph;
let world: World;
beforeAll(async () => {
  graph = await startGraph();
  world = await createWorld(graph.localUrl);
});
afterEach(() => {
  graph.upstream.intercept = undefined;
});
afterAll(() => graph.close());

const messages = 'messages { nodes { id text } }';

/** The data, and the path and code of every error. */
async function shown(query: string) {
  const { data, errors } = await graph.send(query);
  return { data, errors: errors.map(({ path, extensions }) => [path?.join('.'), extensions.code]) };
}

test.each([
  ['a nullable field beside a list', 'assistant(id: "gone") { name files { nodes { id } } }', 'assistant'],
  ['a required field beside a list', 'assistant(id: "gone") { model files { nodes { id } } }', 'assistant'],
  ['only child objects', `thread(id: "gone") { ${messages} runs { nodes { id } } }`, 'thread'],
  ['only an id', 'thread(id: "gone") { id }', 'thread'],
  ['an id and a list, as Relay asks for it', `thread(id: "gone") { id ${messages} }`, 'thread'],
  [
    'a global id of a deleted thread',
    `node(id: "${encodeGlobalId('Thread', ['gone'])}") { id ... on Thread { ${messages} } }`,
    'node',
  ],
  ['an object below it', 'thread(id: "gone") { run(id: "gone") { steps { nodes { id } } } }', 'thread'],
  [
    'two objects below it',
    'thread(id: "gone") { a: run(id: "x") { status } b: message(id: "y") { text } }',
    'thread',
  ],
  [
    'an object of an object below it',
    'thread(id: "gone") { id run(id: "gone") { id step(id: "s") { status } } }',
    'thread',
  ],
  ['an alias', `here: thread(id: "gone") { ${messages} }`, 'here'],
  ['a list and the newest run', 'thread(id: "gone") { activeRun { status } metadata }', 'thread'],
])('%s', async (_, query, path) => {
  expect(await shown(`{ ${query} }`)).toEqual({ data: { [path]: null }, errors: [[path, 'NOT_FOUND']] });
});

test.each([
  [
    'a field of its own and a filter that is merely empty',
    `run(id: "gone") { lastError { code } ${messages} }`,
  ],
  ['a list of its own', 'run(id: "gone") { steps { nodes { id } } }'],
  ['a step of its own', 'run(id: "gone") { step(id: "gone") { status } }'],
])('a missing run of a thread that exists: %s', async (_, run) => {
  expect(await shown(`{ thread(id: "${world.threadId}") { metadata ${run} } }`)).toEqual({
    data: { thread: { metadata: {}, run: null } },
    errors: [['thread.run', 'NOT_FOUND']],
  });
});

test('a missing object costs its place among others', async () => {
  const ids = [world.threadId, 'gone'].map((id) => encodeGlobalId('Thread', [id]));
  const query = `{ nodes(ids: ${JSON.stringify(ids)}) { ... on Thread { runs(first: 1) { nodes { restId } } } } }`;
  expect(await shown(query)).toEqual({
    data: { nodes: [{ runs: { nodes: [{ restId: world.runIds.at(-1) }] } }, null] },
    errors: [['nodes.1', 'NOT_FOUND']],
  });
});

test('nothing below a missing object reports, whatever else went wrong there', async () => {
  graph.upstream.intercept = ({ operation }, response) =>
    operation === 'listRuns' && Boolean(response.writeHead(403).end('{}'));
  expect(await shown(`{ thread(id: "gone") { runs { nodes { id } } ${messages} } }`)).toEqual({
    data: { thread: null },
    errors: [['thread', 'NOT_FOUND']],
  });
});

test('where upstream does not say whether the object exists, the errors below it stay', async () => {
  graph.upstream.intercept = ({ operation }, response) =>
    operation === 'getThread' && Boolean(response.writeHead(403).end('{}'));
  expect(await shown(`{ thread(id: "gone") { id ${messages} } }`)).toEqual({
    data: { thread: { id: encodeGlobalId('Thread', ['gone']), messages: null } },
    errors: [['thread.messages', 'NOT_FOUND']],
  });
});

test('a 404 without words is about the object, not about the cursor of its list', async () => {
  graph.upstream.intercept = (_, response) =>
    Boolean(response.writeHead(404).end('{"error":{"message":"No."}}'));
  expect(await shown('{ thread(id: "gone") { messages(after: "msg_1") { nodes { id } } } }')).toEqual({
    data: { thread: null },
    errors: [['thread', 'NOT_FOUND']],
  });
});

test('an object that exists costs no further call, and a missing one costs one for each object named above it', async () => {
  const { threadId, runIds } = world;
  const steps = (run: string) =>
    `{ thread(id: "${threadId}") { run(id: "${run}") { steps { nodes { id } } } } }`;
  const calls = (run: string) => graph.callsDuring(() => graph.send(steps(run)));
  expect(await calls(runIds[0] ?? '')).toEqual(['listRunSteps']);
  expect(await calls('gone')).toEqual(['listRunSteps', 'getThread', 'getRun']);
});
