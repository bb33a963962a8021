/** OWNERS=metadata: for everybody but its owner, a thread does not exist, with all that lies below it. */
import { pino } from 'pino';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { KnownOwners } from '../../src/owners/known-threads.ts';
import { encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { createServer } from '../../src/server.ts';
import { connect } from '../events/support/raw-socket.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { hold } from '../support/hold.ts';
import { callRest, createWorld, type World } from '../support/world.ts';

const key = (name: string) => `${name}-key-0123456789-abcdef`;
const bearer = (name: string) => ({ authorization: `Bearer ${key(name)}` });
const SECRET = 'a-secret-of-the-deployment-with-32-characters';
const TAG = /^v1\.[\w-]{43}$/;
const env = {
  AUTH: 'key',
  AUTH_KEYS: `anna=${key('anna')}, berta=${key('berta')}`,
  OWNERS: 'metadata',
  OWNERS_SECRET: SECRET,
  SHOW_UPSTREAM_CALLS: 'on',
};

interface Stored {
  readonly metadata: Record<string, string>;
}

let graph: Graph;
let world: World;
/** Of anna, with the messages and runs of the world. */
let tag: string;
beforeAll(async () => {
  graph = await startGraph(env);
  world = await createWorld(graph.localUrl);
  const { createThread } = await send<{ createThread: { thread: { restId: string } } }>(
    'anna',
    'mutation { createThread { thread { restId } } }',
  );
  tag = (await stored(createThread.thread.restId)).metadata.graphql_owner ?? '';
  await giveToAnna(world.threadId);
  // From here on, the server knows whose it is.
  await send('anna', `{ thread(id: "${world.threadId}") { createdAt } }`);
});
afterAll(() => graph.close());

async function send<Data>(name: string, query: string, variables: object = {}): Promise<Data> {
  const { data, errors } = await graph.send<Data, object>(query, variables, bearer(name));
  if (errors.length > 0 || data === null) throw new Error(JSON.stringify(errors));
  return data;
}

const stored = (threadId: string) => callRest<Stored>(graph.localUrl, `/threads/${threadId}`);

async function giveToAnna(threadId: string): Promise<void> {
  await callRest(graph.localUrl, `/threads/${threadId}`, {
    metadata: { topic: 'apples', graphql_owner: tag },
  });
}

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
  const socket = await connect(graph.url, bearer('berta'));
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
    const socket = await connect(graph.url, bearer('anna'));
    socket.subscribe('1', filled(query, targetOf(world)));
    const { payload } = await socket.next();
    expect(payload).not.toHaveProperty('errors');
    expect(JSON.stringify(payload)).not.toMatch(/graphql_owner|v1\./);
  },
);

test('the pair is written with each new thread, kept by modifyThread, and never shown', async () => {
  const thread = 'thread { restId metadata }';
  const create = `mutation ($id: ID!) {
    plain: createThread { ${thread} }
    named: createThread(input: { metadata: { topic: "pears" } }) { ${thread} }
    run: createThreadAndRun(input: { assistantId: $id }) { ${thread} }
    both: createThreadAndRun(input: { assistantId: $id, stream: false, thread: { metadata: { topic: "figs" } } }) { ${thread} }
  }`;
  type Created = Record<string, { thread: { restId: string; metadata: object } }>;
  const created = await send<Created>('anna', create, { id: world.assistantIds[1] });
  const shown = Object.values(created).map(({ thread }) => thread.metadata);
  expect(shown).toEqual([{}, { topic: 'pears' }, {}, { topic: 'figs' }]);
  for (const { thread } of Object.values(created)) {
    const { metadata } = await stored(thread.restId);
    expect(metadata).toEqual({ ...thread.metadata, graphql_owner: tag });
  }
  const id = created.named?.thread.restId;
  const modify = `mutation ($id: ID!, $metadata: Metadata) {
    modifyThread(input: { id: $id, metadata: $metadata }) { ${thread} }
  }`;
  for (const metadata of [{ topic: 'plums' }, {}, null]) {
    expect(await send('anna', modify, { id, metadata })).toEqual({
      modifyThread: { thread: { restId: id, metadata: metadata ?? {} } },
    });
    expect(await stored(id ?? '')).toMatchObject({ metadata: { ...metadata, graphql_owner: tag } });
  }
  expect(tag).toMatch(TAG);
});

test('clients keep 15 pairs, and cannot set the one of the server', async () => {
  const pairs = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, 'value']));
  const { threadId } = world;
  const writes: [query: string, argument: string][] = [
    [
      'mutation ($m: Metadata) { createThread(input: { metadata: $m }) { thread { metadata } } }',
      'input.metadata',
    ],
    [
      `mutation ($m: Metadata) { modifyThread(input: { id: "${threadId}", metadata: $m }) { thread { metadata } } }`,
      'input.metadata',
    ],
    [
      `mutation ($m: Metadata) { createThreadAndRun(input: { assistantId: "${world.assistantIds[1]}", thread: { metadata: $m } }) { thread { metadata } } }`,
      'input.thread.metadata',
    ],
  ];
  for (const [query, argument] of writes) {
    const refusal = async (m: object) => {
      const before = graph.upstream.calls.length;
      const { errors } = await graph.send(query, { m }, bearer('anna'));
      expect(graph.upstream.calls).toHaveLength(before);
      return errors;
    };
    expect(await refusal(pairs(16))).toMatchObject([
      {
        message: `\`${argument}\` must have at most 15 pairs`,
        extensions: { code: 'BAD_USER_INPUT', argument },
      },
    ]);
    for (const owner of [tag, 'x', '']) {
      expect(await refusal({ graphql_owner: owner })).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT', argument } },
      ]);
    }
    expect(JSON.stringify(await send('anna', query, { m: pairs(15) }))).toContain('key-14');
  }
  await giveToAnna(threadId);
});

test('a check runs beside the read, whose result nobody sees before it is over', async () => {
  await graph.restartServer();
  const held = hold(graph, ({ operation }) => operation === 'getThread');
  const listed = new Promise<void>((resolve) => {
    const before = graph.upstream.intercept;
    graph.upstream.intercept = (call, response) => {
      if (call.operation === 'listMessages') response.once('finish', () => resolve());
      return before?.(call, response) ?? false;
    };
  });
  const query = `{ thread(id: "${world.threadId}") { messages { nodes { text } } } }`;
  let isAnswered = false;
  const answer = graph.send(query, {}, bearer('berta')).finally(() => {
    isAnswered = true;
  });
  await Promise.all([held.arrived(1), listed]);
  expect(isAnswered).toBe(false);
  held.release();
  expect(await answer).toMatchObject({
    data: { thread: null },
    errors: [{ extensions: { code: 'NOT_FOUND' } }],
  });
});

test('a shared read does not pass a thread on', async () => {
  await graph.restartServer();
  const query = `{ thread(id: "${world.threadId}") { messages { nodes { text } } } }`;
  const held = hold(graph, () => true);
  const answers = ['anna', 'berta'].map((name) => graph.send(query, {}, bearer(name)));
  await held.arrived(4);
  held.release();
  const [own, stolen] = await Promise.all(answers);
  expect(own?.errors).toEqual([]);
  expect(stolen).toMatchObject({ data: { thread: null } });
});

test('if it cannot be found out whose a thread is, nothing of it is shown, and nothing is written', async () => {
  await graph.restartServer();
  graph.upstream.intercept = ({ operation }, response) => {
    if (operation !== 'getThread') return false;
    response.writeHead(501).end('{}');
    return true;
  };
  const before = graph.upstream.calls.length;
  for (const query of [
    `{ thread(id: "${world.threadId}") { messages { nodes { text } } } }`,
    `mutation { createMessage(input: { threadId: "${world.threadId}", content: "Hi." }) { message { text } } }`,
  ]) {
    const { data, errors } = await graph.send(query, {}, bearer('anna'));
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ERROR' } }]);
    expect(JSON.stringify(data)).not.toContain('text');
  }
  graph.upstream.intercept = undefined;
  const calls = graph.upstream.calls.slice(before);
  expect(calls.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('the calls that find out whose a thread is are in the price, and are not repeated', async () => {
  const message = encodeGlobalId('Message', [world.threadId, world.messageIds[0] ?? '']);
  const thread = world.threadId;
  const cases: [query: string, price: number, first: number, second: number][] = [
    ['{ thread(id: "$") { createdAt } }', 1, 1, 1],
    ['{ thread(id: "$") { messages { nodes { text } } } }', 2, 2, 1],
    ['{ thread(id: "$") { createdAt messages { nodes { text } } } }', 2, 2, 2],
    [`{ node(id: "${message}") { ... on Message { text } } }`, 2, 2, 1],
    [`{ node(id: "${message}") { ... on Message { text thread { createdAt } } } }`, 2, 2, 2],
    ['mutation { createMessage(input: { threadId: "$", content: "Hi." }) { message { text } } }', 2, 2, 1],
    [
      'mutation { modifyThread(input: { id: "$", metadata: { topic: "apples" } }) { thread { createdAt } } }',
      2,
      2,
      1,
    ],
    ['mutation { createThread { thread { messages { nodes { text } } } } }', 2, 2, 2],
    [
      'mutation { createMessage(input: { threadId: "$", content: "Hi." }) { thread { createdAt messages { nodes { text } } } } }',
      4,
      4,
      3,
    ],
  ];
  const costOf = async (query: string) => {
    const headers = { ...bearer('anna'), 'x-show-upstream-calls': '1' };
    const { errors, extensions } = await graph.send(query.replace('$', thread), {}, headers);
    expect(errors).toEqual([]);
    const { calls, cost } = Object(extensions).upstream;
    return { calls, price: cost.calls };
  };
  for (const [query, price, first, second] of cases) {
    await graph.restartServer();
    expect({ query, ...(await costOf(query)) }).toEqual({ query, calls: first, price });
    expect({ query, ...(await costOf(query)) }).toEqual({ query, calls: second, price });
  }
});

test('a secret can be replaced: threads of the old one keep their owners', async () => {
  const start = async (OWNERS_SECRET: string) => {
    const server = await createServer({
      config: readConfig({
        ...env,
        PORT: '0',
        UPSTREAM_URL: graph.upstream.url,
        UPSTREAM_API_KEY: 'key',
        OWNERS_SECRET,
      }),
      transport: graph.transport,
      streams: undefined,
      log: pino({ level: 'silent' }),
    });
    onTestFinished(server.close);
    return async (name: string, query: string) => {
      const response = await fetch(server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(name) },
        body: JSON.stringify({ query }),
      });
      return response.json();
    };
  };
  const query = `{ thread(id: "${world.threadId}") { createdAt } }`;
  const newSecret = 'another-secret-of-the-same-deployment';
  const rotated = await start(`${newSecret}, ${SECRET}`);
  expect((await rotated('anna', query)).data.thread).not.toBeNull();
  expect((await rotated('berta', query)).data.thread).toBeNull();
  await rotated(
    'anna',
    `mutation { modifyThread(input: { id: "${world.threadId}", metadata: {} }) { thread { id } } }`,
  );
  const renewed = (await stored(world.threadId)).metadata.graphql_owner;
  expect(renewed).toMatch(TAG);
  expect(renewed).not.toBe(tag);
  const stranger = await start('a-secret-of-a-different-deployment');
  expect((await stranger('anna', query)).data.thread).toBeNull();
  await giveToAnna(world.threadId);
});

test('known owners are forgotten after a while, and the oldest beyond a number', () => {
  let now = 0;
  const known = new KnownOwners(() => now);
  const [anna, berta] = [known.of('anna'), known.of('berta')];
  anna.add('thread_1');
  expect([anna.has('thread_1'), berta.has('thread_1'), anna.has('thread_2')]).toEqual([true, false, false]);
  for (let index = 0; index < 19_999; index++) berta.add(`thread_${index}`);
  expect(anna.has('thread_1')).toBe(true);
  berta.add('thread_20000');
  expect([anna.has('thread_1'), berta.has('thread_0')]).toEqual([true, false]);
  now = 300_001;
  expect(anna.has('thread_1')).toBe(false);
});
