import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { callRest, createWorld, type World } from '../support/world.ts';

let graph: Graph;
let world: World;
const gone = 'asst_of_the_past';

beforeAll(async () => {
  graph = await startGraph();
  world = await createWorld(graph.localUrl);
});
afterEach(() => {
  graph.upstream.intercept = undefined;
});
afterAll(() => graph.close());

const globalId = (type: string, ...path: (string | undefined)[]) =>
  Buffer.from(`${type}:${path.join('/')}`).toString('base64url');

async function read(query: string) {
  graph.upstream.calls.length = 0;
  const { data, errors } = await graph.send<Record<string, unknown>, object>(query);
  const codes = errors.map(({ path, extensions }) => [path?.join('.'), extensions.code]);
  return { data, codes, calls: graph.upstream.calls.map(({ operation }) => operation) };
}

describe('a look-up of an object that does not exist', () => {
  test.each(['id', 'name', 'name description instructions', 'model', 'id name tools { type }'])(
    'is null with one error, whatever is selected: %s',
    async (selection) => {
      const { data, codes } = await read(`{ assistant(id: "${gone}") { ${selection} } }`);
      expect(data).toEqual({ assistant: null });
      expect(codes).toEqual([['assistant', 'NOT_FOUND']]);
    },
  );

  test('has the id of the requested type in its error', async () => {
    const { data, codes } = await read(`{ thread(id: "${world.assistantId}") { createdAt } }`);
    expect({ data, codes }).toEqual({ data: { thread: null }, codes: [['thread', 'NOT_FOUND']] });
  });
});

describe('a link to an object that no longer exists', () => {
  let threadId: string;
  let runId: string;
  beforeAll(async () => {
    const { id: assistantId } = await callRest(graph.localUrl, '/assistants', { model: 'offline' });
    const run = await callRest(graph.localUrl, '/threads/runs', { assistant_id: assistantId });
    [threadId, runId] = [run.thread_id, run.id];
    await graph.data(`mutation { deleteAssistant(input: { id: "${assistantId}" }) { deletedId } }`, {});
    lostId = assistantId;
  });
  let lostId: string;
  const run = (selection: string) =>
    read(`{ thread(id: "${threadId}") { run(id: "${runId}") { ${selection} } } }`);

  test('is null without an error, and the id beside it is not', async () => {
    const { data, codes } = await run('assistantId assistant { name }');
    expect(data).toEqual({
      thread: { run: { assistantId: globalId('Assistant', lostId), assistant: null } },
    });
    expect(codes).toEqual([]);
  });

  test('is not null if only its identity is selected', async () => {
    const { data, calls } = await run('status assistant { id restId __typename }');
    expect(data).toMatchObject({
      thread: { run: { assistant: { id: globalId('Assistant', lostId), restId: lostId } } },
    });
    expect(calls).toEqual(['getRun']);
  });
});

test('a link that fails for another reason is null with an error, and the object stays', async () => {
  graph.upstream.intercept = ({ operation }, response) =>
    operation === 'getAssistant' && Boolean(response.writeHead(403).end());
  const { data, codes } = await read(
    `{ thread(id: "${world.threadId}") { run(id: "${world.runIds[0]}") { status assistant { name } } } }`,
  );
  expect(data).toEqual({ thread: { run: { status: 'COMPLETED', assistant: null } } });
  expect(codes).toEqual([['thread.run.assistant', 'FORBIDDEN']]);
});

test('a link to nothing is null and makes no call', async () => {
  const { data, calls } = await read(
    `{ thread(id: "${world.threadId}") { message(id: "${world.messageIds[0]}") { assistantId assistant { name } runId run { id } } } }`,
  );
  expect(data).toEqual({
    thread: { message: { assistantId: null, assistant: null, runId: null, run: null } },
  });
  expect(calls).toEqual(['getMessage']);
});

test('identity makes no call, on any number of levels', async () => {
  const { threadId, runIds, stepIds } = world;
  const { calls } = await read(
    `{ thread(id: "${threadId}") { id run(id: "${runIds[0]}") { id threadId thread { id restId } step(id: "${stepIds[0]}") {
       id runId threadId run { id thread { id } } thread { restId } status } } } }`,
  );
  expect(calls).toEqual(['getRunStep']);
});

test('a look-up makes a call even if only the id is selected, since it shows whether the object exists', async () => {
  const found = await read(`{ thread(id: "${world.threadId}") { run(id: "${world.runIds[0]}") { id } } }`);
  expect(found.calls).toEqual(['getRun']);
  const lost = await read(`{ thread(id: "${world.threadId}") { run(id: "run_gone") { id } } }`);
  expect(lost.codes).toEqual([['thread.run', 'NOT_FOUND']]);
  expect(lost.data).toEqual({ thread: { run: null } });
});
