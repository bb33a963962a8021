/** Each request, and each operation of a WebSocket, has one entry in the log. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { connect } from '../events/support/raw-socket.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { postOperation } from '../support/http.ts';
import { poll } from '../support/poll.ts';
import { recordLog } from '../support/record-log.ts';
import { subscribe } from '../support/subscribe.ts';
import { callRest, createWaitingRun } from '../support/world.ts';

interface Entry {
  readonly level: number;
  readonly msg: string;
  readonly requestId: string;
  readonly transport: string;
  readonly type?: string;
  readonly operation?: string;
  readonly status?: number;
  readonly code?: string;
  readonly calls: number;
  readonly ms: number;
}

const { log, lines, entries } = recordLog<Entry>();
const requests = () => entries().filter(({ msg }) => msg === 'request');
const entryAfter = async () =>
  (
    await poll(
      async () => requests(),
      (list) => list.length > 0,
    )
  )[0];

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph({}, { log });
});
beforeEach(() => {
  lines.length = 0;
});
afterEach(() => {
  graph.upstream.intercept = undefined;
});
afterAll(() => graph.close());

const post = (query: string, headers: Record<string, string> = {}) =>
  postOperation(graph.url, { query }, headers);

test('an entry has the name, the duration, the REST calls and the status of a request', async () => {
  await post('query ReadAssistants { assistants { nodes { id } } }');
  const entry = await entryAfter();
  expect(entry).toMatchObject({
    level: 30,
    transport: 'http',
    type: 'query',
    operation: 'ReadAssistants',
    status: 200,
    calls: 1,
  });
  expect(entry?.code).toBeUndefined();
  expect(entry?.ms).toBeGreaterThan(0);
});

const DEAR = 'thread(id: "t") { runs(first: 100) { nodes { steps(first: 100) { nodes { id } } } } }';

test.each<[string, () => Promise<unknown>, object]>([
  [
    'an object that does not exist',
    () => post('query Gone { thread(id: "thread_0") { createdAt } }'),
    { operation: 'Gone', code: 'NOT_FOUND', calls: 1, status: 200 },
  ],
  [
    'a document that is not valid',
    () => post('query Wrong { nothing }'),
    { operation: 'Wrong', code: 'GRAPHQL_VALIDATION_FAILED', calls: 0 },
  ],
  ['a syntax error', () => post('query {'), { code: 'GRAPHQL_PARSE_FAILED', calls: 0 }],
  [
    'a form',
    () => post('{ __typename }', { 'content-type': 'application/x-www-form-urlencoded' }),
    { code: 'BAD_USER_INPUT', status: 415 },
  ],
  [
    'a page of another origin',
    () => post('{ __typename }', { origin: 'https://evil.example' }),
    { code: 'FORBIDDEN', status: 403 },
  ],
  [
    'a query that costs too much',
    () => post(`query Dear { ${[...'abcdef'].map((name) => `${name}: ${DEAR}`).join(' ')} }`),
    { operation: 'Dear', code: 'QUERY_TOO_EXPENSIVE', calls: 0 },
  ],
])('%s has the code that the client gets', async (_, send, expected) => {
  await send();
  expect(await entryAfter()).toMatchObject(expected);
  expect(requests()).toHaveLength(1);
});

test('the name of an operation is cut', async () => {
  await post(`query ${'A'.repeat(5000)} { __typename }`);
  expect((await entryAfter())?.operation).toBe('A'.repeat(100));
});

test.each(['abc-123', 'Root=1-67891233-abcdef012345678912345678', 'a'.repeat(100)])(
  'the X-Request-Id %s of a client is logged, returned and sent to the upstream',
  async (requestId) => {
    graph.upstream.calls.length = 0;
    const { headers } = await post('{ assistants { nodes { id } } }', { 'x-request-id': requestId });
    expect(headers['x-request-id']).toBe(requestId);
    expect((await entryAfter())?.requestId).toBe(requestId);
    expect(graph.upstream.calls.map((call) => call.headers['x-request-id'])).toEqual([requestId]);
  },
);

test.each([undefined, '', ' ', 'a b', 'a"b', '{}', 'é', 'a'.repeat(101)])(
  'for the X-Request-Id %j, the server makes one',
  async (requestId) => {
    const { headers } = await post(
      '{ __typename }',
      requestId === undefined ? {} : { 'x-request-id': requestId },
    );
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect((await entryAfter())?.requestId).toBe(headers['x-request-id']);
  },
);

test('a retry has the ID of its request', async () => {
  graph.upstream.calls.length = 0;
  graph.upstream.intercept = (_, response) =>
    graph.upstream.calls.length === 1 && Boolean(response.writeHead(500).end('{}'));
  const { headers } = await post('{ assistants { nodes { id } } }');
  const ids = graph.upstream.calls.map((call) => call.headers['x-request-id']);
  expect(ids).toEqual([headers['x-request-id'], headers['x-request-id']]);
  expect(await entryAfter()).toMatchObject({ calls: 2 });
});

test('each operation of a WebSocket has an entry, and an ID that begins with that of the handshake', async () => {
  const requestId = randomUUID();
  const socket = await connect(graph.url, {}, { headers: { 'x-request-id': requestId } });
  socket.subscribe('1', 'query One { assistants { nodes { id } } }');
  socket.subscribe('2', 'query Two { nothing }');
  const list = await poll(
    async () => requests(),
    ({ length }) => length === 2,
  );
  const byName = new Map(list.map((entry) => [entry.operation, entry]));
  expect(byName.get('One')).toMatchObject({ transport: 'websocket', type: 'query', calls: 1 });
  expect(byName.get('Two')).toMatchObject({
    transport: 'websocket',
    code: 'GRAPHQL_VALIDATION_FAILED',
    calls: 0,
  });
  expect(list.map((entry) => entry.requestId).sort()).toEqual([`${requestId}-1`, `${requestId}-2`]);
  socket.webSocket.close();
});

test('a subscription has one entry, when it ends, over server-sent events and on a WebSocket', async () => {
  const tools = [{ type: 'function', function: { name: 'alpha' } }];
  const assistant = await callRest(graph.localUrl, '/assistants', { model: 'offline', tools });
  const { thread_id, id } = await createWaitingRun(graph.localUrl, assistant.id);
  const runId = Buffer.from(`Run:${thread_id}/${id}`).toString('base64url');
  const query = 'subscription Follow($runId: ID!) { runStatus(id: $runId) { status } }';

  for await (const _ of subscribe(graph.url, query, { runId })) {
    expect(requests()).toEqual([]);
    break;
  }
  expect(await entryAfter()).toMatchObject({ transport: 'sse', type: 'subscription', operation: 'Follow' });

  lines.length = 0;
  const socket = await connect(graph.url);
  socket.subscribe('1', query, { runId });
  await socket.next();
  expect(requests()).toEqual([]);
  socket.webSocket.close();
  expect(await entryAfter()).toMatchObject({ transport: 'websocket', type: 'subscription' });
  expect(requests()).toHaveLength(1);
});

test('a client that leaves early has an entry that says so', async () => {
  const leave = new AbortController();
  graph.upstream.intercept = () => {
    leave.abort();
    return true;
  };
  const body = JSON.stringify({ query: 'query Left { assistants { nodes { id } } }' });
  const headers = { 'content-type': 'application/json' };
  await fetch(graph.url, { method: 'POST', headers, body, signal: leave.signal }).catch(() => undefined);
  expect(await entryAfter()).toMatchObject({ operation: 'Left', code: 'DISCONNECTED' });
});

test('probes have entries at the level of debug only', async () => {
  await fetch(new URL('/health', graph.url));
  expect(await entryAfter()).toMatchObject({ level: 20, type: 'probe', status: 200 });
});
