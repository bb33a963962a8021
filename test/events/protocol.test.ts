/** The rules of graphql-transport-ws, as a client sees them. */
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { recordLog } from '../support/record-log.ts';
import { connect, openSocket, upgrade } from './support/raw-socket.ts';

const MAX_BODY = 20_000;

let graph: Graph;
const { log, lines: logged } = recordLog('warn');
beforeAll(async () => {
  graph = await startGraph({ MAX_BODY: String(MAX_BODY) }, { log });
});
afterEach(() => {
  expect(logged.splice(0)).toEqual([]);
});
afterAll(() => graph.close());

const init = { type: 'connection_init' };
const subscribe = (id: string, query = '{ __typename }') => ({ type: 'subscribe', id, payload: { query } });

describe('a socket is closed', () => {
  test.each([
    ['is not JSON', '{"type":', 4400],
    ['is not an object', '[]', 4400],
    ['has no type', '{}', 4400],
    ['has an unknown type', { type: 'subscribed', id: '1' }, 4400],
    ['has a type of servers', { type: 'next', id: '1', payload: {} }, 4400],
    ['has no ID', { type: 'subscribe', payload: { query: '{ __typename }' } }, 4400],
    ['has an empty ID', subscribe(''), 4400],
    ['has a number for an ID', { ...subscribe('1'), id: 1 }, 4400],
    ['has no query', { type: 'subscribe', id: '1', payload: {} }, 4400],
    [
      'has variables in a list',
      { type: 'subscribe', id: '1', payload: { query: '{ a }', variables: [] } },
      4400,
    ],
    ['is a second connection_init', init, 4429],
  ])('after a message that %s', async (_, message, code) => {
    const socket = await connect(graph.url);
    socket.send(message);
    expect((await socket.closed)[0]).toBe(code);
  });

  test('after a subscribe before the acknowledgement', async () => {
    const socket = await openSocket(graph.url);
    socket.send(subscribe('1'));
    expect(await socket.closed).toEqual([4401, 'Unauthorized']);
  });

  test('after a second subscribe with the ID of a running operation', async () => {
    const next = holdAssistants();
    const socket = await connect(graph.url);
    socket.send(subscribe('1', '{ assistants { nodes { id } } }'));
    await next;
    socket.send(subscribe('1'));
    expect(await socket.closed).toEqual([4409, 'Subscriber for 1 already exists']);
  });

  test('after two subscribes with one ID, before the first is answered', async () => {
    const socket = await connect(graph.url);
    socket.send(subscribe('1'));
    socket.send(subscribe('1'));
    expect(await socket.closed).toEqual([4409, 'Subscriber for 1 already exists']);
  });

  test('after two connection_init messages, before the first is acknowledged', async () => {
    const socket = await openSocket(graph.url);
    socket.send(init);
    socket.send(init);
    expect(await socket.closed).toEqual([4429, 'Too many initialisation requests']);
  });

  test('after a second subscribe with a long ID', async () => {
    const next = holdAssistants();
    const socket = await connect(graph.url);
    const id = 'long'.repeat(40);
    socket.send(subscribe(id, '{ assistants { nodes { id } } }'));
    await next;
    socket.send(subscribe(id));
    expect(await socket.closed).toEqual([4409, '']);
  });

  test('after a message that is too long', async () => {
    const socket = await connect(graph.url);
    socket.send(subscribe('1', `{ __typename } ${' '.repeat(MAX_BODY)}`));
    expect((await socket.closed)[0]).toBe(1009);
  });

  test('after a message before the acknowledgement that is longer than headers may be', async () => {
    const socket = await openSocket(graph.url);
    socket.send({ ...init, payload: { token: 'x'.repeat(16 * 1024) } });
    expect(await socket.closed).toEqual([1009, 'Message too big']);
  });

  test('if it names no protocol', async () => {
    const socket = await openSocket(graph.url, { protocol: [] });
    expect(await socket.closed).toEqual([4406, 'Subprotocol not acceptable']);
  });

  test('if it names another protocol', async () => {
    const { status, headers, text } = await upgrade(
      graph.url,
      { 'sec-websocket-protocol': 'graphql-ws' },
      { readsMessage: true },
    );
    expect(status).toBe(101);
    expect(headers['sec-websocket-protocol']).toBeUndefined();
    expect(text).toContain('Subprotocol not acceptable');
  });

  test('if connection_init does not come in time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const socket = await openSocket(graph.url);
    vi.advanceTimersByTime(3_000);
    vi.useRealTimers();
    expect(await socket.closed).toEqual([4408, 'Connection initialisation timeout']);
  });
});

test('a client may offer other protocols too', async () => {
  const socket = await openSocket(graph.url, { protocol: ['graphql-ws', 'graphql-transport-ws', 'other'] });
  expect(socket.webSocket.protocol).toBe('graphql-transport-ws');
  socket.send(init);
  expect(await socket.next()).toEqual({ type: 'connection_ack' });
});

/** Fulfilled once a list of assistants has been requested, which is not answered. */
function holdAssistants(): Promise<void> {
  return new Promise((resolve) => {
    graph.upstream.intercept = ({ operation }) => {
      graph.upstream.intercept = undefined;
      resolve();
      return operation === 'listAssistants';
    };
  });
}

test('a ping is answered with a pong that has its payload, before and after the acknowledgement', async () => {
  const socket = await openSocket(graph.url);
  socket.send({ type: 'ping' });
  expect(await socket.next()).toEqual({ type: 'pong' });
  socket.send(init);
  expect(await socket.next()).toEqual({ type: 'connection_ack' });
  socket.send({ type: 'pong', payload: { unasked: true } });
  socket.send({ type: 'ping', payload: { at: 1 } });
  expect(await socket.next()).toEqual({ type: 'pong', payload: { at: 1 } });
});

test('a ping of the WebSocket is answered', async () => {
  const { webSocket } = await connect(graph.url);
  webSocket.ping('here');
  expect(String((await once(webSocket, 'pong'))[0])).toBe('here');
});

test('a binary message is read as text', async () => {
  const socket = await connect(graph.url);
  socket.webSocket.send(Buffer.from(JSON.stringify(subscribe('1'))), { binary: true });
  expect(await socket.next()).toEqual({ type: 'next', id: '1', payload: { data: { __typename: 'Query' } } });
});

test('an ID may be used again after its operation has completed', async () => {
  const socket = await connect(graph.url);
  for (const id of ['1', '1', '__proto__', 'constructor']) {
    socket.send(subscribe(id));
    expect(await socket.next()).toMatchObject({ type: 'next', id });
    expect(await socket.next()).toEqual({ type: 'complete', id });
  }
});

test('an operation may have a long ID, which must not be too long', async () => {
  const socket = await connect(graph.url);
  socket.send(subscribe('x'.repeat(200)));
  expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { __typename: 'Query' } } });
  expect(await socket.next()).toMatchObject({ type: 'complete' });
  socket.send(subscribe('x'.repeat(201)));
  expect(await socket.next()).toMatchObject({
    type: 'error',
    payload: [{ extensions: { code: 'BAD_USER_INPUT' } }],
  });
});

test('no complete follows an error, and the ID may be used again at once', async () => {
  const socket = await connect(graph.url);
  for (const query of ['{', '{ nothing }']) {
    socket.send(subscribe('1', query));
    expect(await socket.next()).toMatchObject({ type: 'error', id: '1' });
  }
  socket.send(subscribe('1'));
  expect(await socket.next()).toMatchObject({ type: 'next', id: '1' });
  expect(await socket.next()).toEqual({ type: 'complete', id: '1' });
});

test('a subscription that cannot start has one result with its error', async () => {
  const socket = await connect(graph.url);
  socket.send(subscribe('1', 'subscription { runStatus(id: "none") { status } }'));
  const errors = [
    expect.objectContaining({ extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }) }),
  ];
  expect(await socket.next()).toEqual({ type: 'next', id: '1', payload: { errors } });
  expect(await socket.next()).toEqual({ type: 'complete', id: '1' });
});

test('complete without an operation does nothing', async () => {
  const socket = await connect(graph.url);
  socket.send({ type: 'complete', id: '1' });
  socket.send(subscribe('2'));
  expect(await socket.next()).toMatchObject({ type: 'next', id: '2' });
});

test.each([
  ['a variable that is missing', 'subscription ($id: ID!) {\n  runStatus(id: $id) { status } }', [1, 15]],
  ['an ID that is invalid', 'subscription {\n  runStatus(id: "none") { status } }', [2, 3]],
])('a subscription that does not start, with %s, has the errors of a query', async (_, query, place) => {
  const socket = await connect(graph.url);
  socket.subscribe('1', query);
  const [line, column] = place;
  const { payload } = await socket.next();
  expect(payload).toMatchObject({ errors: [{ locations: [{ line, column }] }] });
  // Without `http`, which is for the status of a response.
  expect(JSON.stringify(payload)).not.toContain('http');
});
