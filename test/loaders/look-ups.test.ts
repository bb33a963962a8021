/** An object that a client names by its id either exists, or an error says that it does not. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { measure } from '../support/waves.ts';
import { createWorld, type World } from '../support/world.ts';

let graph: Graph;
let world: World;
beforeAll(async () => {
  graph = await startGraph();
  world = await createWorld(graph.localUrl);
});
afterAll(() => graph.close());

test.each([
  ['a message, with its thread', 'message(id: "msg_none") { id thread { createdAt } }', 'message'],
  ['a run, with its thread', 'run(id: "run_none") { thread { metadata } }', 'run'],
  ['a run, with its messages', 'run(id: "run_none") { id messages { nodes { id } } }', 'run'],
  ['a message, with its files', 'message(id: "msg_none") { id files { nodes { id } } }', 'message'],
  ['a run, with its steps', 'run(id: "run_none") { thread { metadata } steps { nodes { id } } }', 'run'],
])('%s, is reported as missing', async (_, selection, where) => {
  const { errors } = await graph.send(`{ thread(id: "${world.threadId}") { ${selection} } }`);
  expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  expect(errors[0]?.path?.at(-1)).toBe(where);
});

test('a missing step is reported in a run that exists', async () => {
  const { threadId, runIds } = world;
  const { data } = await graph.send(
    `{ thread(id: "${threadId}") { run(id: "${runIds[0]}") { step(id: "step_none") { run { status } } } } }`,
  );
  expect(data).toEqual({ thread: { run: { step: null } } });
});

test('an object and the one above it are read concurrently if fields of both are selected', async () => {
  const { threadId, messageIds, runIds } = world;
  const message = `message(id: "${messageIds[0]}") { text thread { createdAt } }`;
  const run = `run(id: "${runIds[0]}") { status messages { nodes { id } } }`;
  const measured = await measure(graph, () =>
    graph.data(`{ a: thread(id: "${threadId}") { ${message} } b: thread(id: "${threadId}") { ${run} } }`, {}),
  );
  expect(measured.calls.toSorted()).toEqual(['getMessage', 'getRun', 'getThread', 'listMessages']);
  expect(measured.waves).toBe(1);
});
