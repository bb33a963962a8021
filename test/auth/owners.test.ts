/** OWNERS=metadata: for everybody but its owner, a thread does not exist, with all that lies below it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { connect } from '../events/support/raw-socket.ts';
import type { Graph } from '../support/graph.ts';
import { createWorld, type World } from '../support/world.ts';
import { headersOf, startOwnedGraph } from './support/owned-graph.ts';

let graph: Graph;
let world: World;
beforeAll(async () => {
  ({ graph, world } = await startOwnedGraph());
});
afterAll(() => graph.close());

/** The IDs that an attack uses: those of a thread, or of one that does not exist. */
interface Target {
  readonly thread: string;
  readonly message: string;
  readonly run: string;
  readonly step: string;
  readonly file: string;
}

const targetOf = ({ threadId, messageIds, runIds, stepIds, fileIds }: World): Target => ({
  thread: threadId,
  message: messageIds[0] ?? '',
  run: runIds[0] ?? '',
  step: stepIds[0] ?? '',
  file: fileIds[0] ?? '',
});

/** Other IDs of the same length. */
const missing = (target: Target): Target => ({
  ...target,
  thread: target.thread.replace(/.{8}$/, 'xxxxxxxx'),
});

function filled(query: string, { thread, message, run, step, file }: Target): string {
  const values: Record<string, string> = {
    $thread: thread,
    $message: message,
    $run: run,
    $step: step,
    $file: file,
    $$thread: encodeGlobalId('Thread', [thread]),
    $$message: encodeGlobalId('Message', [thread, message]),
    $$file: encodeGlobalId('MessageFile', [thread, message, file]),
    $$run: encodeGlobalId('Run', [thread, run]),
    $$step: encodeGlobalId('RunStep', [thread, run, step]),
  };
  return query.replace(/\$\$?\w+/g, (name) => values[name] ?? name);
}

const attacks = [
  '{ thread(id: "$thread") { id } }',
  '{ thread(id: "$thread") { createdAt metadata } }',
  '{ thread(id: "$$thread") { messages { nodes { text run { status } } } } }',
  '{ thread(id: "$thread") { messages(after: "$message") { nodes { text } } } }',
  '{ thread(id: "$thread") { messages(first: 0) { nodes { text } } } }',
  '{ thread(id: "$thread") { message(id: "$message") { text thread { metadata } } } }',
  '{ thread(id: "$thread") { message(id: "$message") { file(id: "$file") { createdAt } files { nodes { id } } } } }',
  '{ thread(id: "$thread") { run(id: "$run") { step(id: "$step") { status } } } }',
  '{ thread(id: "$thread") { activeRun { id } runs { nodes { status steps { nodes { status } } } } } }',
  '{ threads(ids: ["$thread", "$$thread"]) { id createdAt } }',
  '{ node(id: "$$thread") { id } }',
  '{ node(id: "$$message") { ... on Message { text } } }',
  '{ node(id: "$$file") { id ... on MessageFile { message { text } } } }',
  '{ node(id: "$$run") { ... on Run { id threadId thread { id } messages(first: 0) { nodes { id } } } } }',
  '{ node(id: "$$step") { ... on RunStep { run { thread { messages { nodes { text } } } } } } }',
  '{ nodes(ids: ["$$thread", "$$message", "$$run", "$$step", "$$file"]) { id } }',
  'mutation { modifyThread(input: { id: "$thread", metadata: { mine: "yes" } }) { thread { metadata } } }',
  'mutation { deleteThread(input: { id: "$thread" }) { deletedId } }',
  'mutation { createMessage(input: { threadId: "$thread", content: "Hi." }) { message { text } } }',
  'mutation { createMessage(input: { threadId: "$thread", content: "Hi.", onActiveRun: CANCEL }) { message { text } } }',
  'mutation { modifyMessage(input: { id: "$$message", metadata: {} }) { message { text } } }',
  'mutation { createRun(input: { threadId: "$thread", assistantId: "$assistant" }) { run { id } } }',
  'mutation { createRun(input: { threadId: "$thread", assistantId: "$assistant", onActiveRun: WAIT, stream: false }) { run { id } } }',
  'mutation { modifyRun(input: { id: "$$run", metadata: {} }) { run { status } } }',
  'mutation { cancelRun(input: { id: "$$run" }) { run { status } } }',
  'mutation { submitToolOutputsToRun(input: { id: "$$run", toolOutputs: [{ toolCallId: "call_1", output: "x" }] }) { run { status } } }',
  'subscription { runStatus(id: "$$run") { status } }',
  'subscription { runEvents(id: "$$run") { cursor } }',
];

/** What berta is told, and the REST calls made for it. */
async function attack(query: string, target: Target) {
  const before = graph.upstream.calls.length;
  const socket = await connect(graph.url, headersOf('berta'));
  socket.subscribe('1', filled(query, target).replaceAll('$assistant', world.assistantId));
  const { payload } = await socket.next();
  socket.webSocket.close();
  const calls = graph.upstream.calls.slice(before).map(({ method, operation }) => `${method} ${operation}`);
  return { payload, calls: calls.sort() };
}

test.each(attacks)('for others, a thread is as if it did not exist: %s', async (query) => {
  const foreign = await attack(query, targetOf(world));
  const gone = await attack(query, missing(targetOf(world)));
  expect(foreign).toEqual(gone);
  expect(JSON.stringify(foreign.payload)).toContain('"code":"NOT_FOUND"');
  for (const { extensions, message } of Object(foreign.payload).errors) {
    expect({ message, ...extensions }).toEqual({
      message: 'The thread does not exist',
      code: 'NOT_FOUND',
      upstream: { status: 404 },
    });
  }
  for (const value of Object.values(Object(foreign.payload).data ?? {})) {
    expect([value].flat().every((each) => each === null)).toBe(true);
  }
  expect(foreign.calls.filter((call) => !call.startsWith('GET'))).toEqual([]);
});

test.each(attacks.filter((query) => !query.startsWith('mutation')))(
  'a thread that belongs to nobody is like one of others: %s',
  async (query) => {
    const { messageIds, runIds, stepIds, ...unowned } = await createWorldOnce();
    const { payload } = await attack(query, targetOf({ messageIds, runIds, stepIds, ...unowned }));
    expect(JSON.stringify(payload)).toContain('The thread does not exist');
  },
);

let unownedWorld: Promise<World> | undefined;
function createWorldOnce(): Promise<World> {
  unownedWorld ??= createWorld(graph.localUrl);
  return unownedWorld;
}

test.each(attacks.filter((query) => !query.startsWith('mutation')))(
  'the owner reads the thread, and does not see the pair: %s',
  async (query) => {
    const socket = await connect(graph.url, headersOf('anna'));
    socket.subscribe('1', filled(query, targetOf(world)));
    const { payload } = await socket.next();
    expect(payload).not.toHaveProperty('errors');
    expect(JSON.stringify(payload)).not.toMatch(/graphql_owner|v1\./);
  },
);
