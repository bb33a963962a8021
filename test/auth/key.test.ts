/** AUTH=key: only clients with one of the keys get in. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSocket } from '../events/support/raw-socket.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { sendHttp } from '../support/http.ts';
import { poll } from '../support/poll.ts';
import { recordLog } from '../support/record-log.ts';
import { bearer, transports } from './support/clients.ts';

const WEB = 'web-key-0123456789-abcdef';
const OLD = 'old-key-0123456789-abcdef';

const { log, lines, entries } = recordLog<{ requestId?: string }>();

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph({ AUTH: 'key', AUTH_KEYS: `web=${WEB}, web=${OLD}` }, { log });
});
afterAll(() => graph.close());

test.each(transports)('over %s, a client with a key may call', async (_, send) => {
  expect(await send(graph.url, bearer(WEB), '{ assistants { nodes { id } } }')).toEqual({
    data: { assistants: { nodes: [] } },
  });
  expect(await send(graph.url, { Authorization: `bearer ${OLD}` }, '{ __typename }')).toEqual({
    data: { __typename: 'Query' },
  });
});

const refused: [what: string, headers: Record<string, string>, message: string][] = [
  [
    'without a key',
    {},
    'A key or token is required: send `authorization: Bearer …`, on a WebSocket in the payload of connection_init',
  ],
  ['with a wrong key', bearer(`${WEB}x`), 'The key is not valid'],
  ['with the beginning of a key', bearer(WEB.slice(0, -1)), 'The key is not valid'],
  ['with the name of a key', bearer('web'), 'The key is not valid'],
  [
    'with another kind of credentials',
    { authorization: `Basic ${btoa(`web:${WEB}`)}` },
    '`authorization` must be `Bearer` and a key or token of visible ASCII characters',
  ],
  [
    'with two keys',
    bearer(`${WEB} ${WEB}`),
    '`authorization` must be `Bearer` and a key or token of visible ASCII characters',
  ],
  ['with a very long key', bearer('x'.repeat(9000)), '`authorization` must be at most 8192 characters long'],
];

test.each(refused.flatMap((each) => transports.map((transport) => [...each, ...transport] as const)))(
  'a client %s is refused',
  async (_what, headers, message, _name, send, refusal) => {
    const callsBefore = graph.upstream.calls.length;
    for (const query of ['{ assistants { nodes { id } } }', '{ __typename }']) {
      const outcome = await send(graph.url, headers, query);
      expect(outcome).toMatchObject({ refusal, message });
      expect(outcome).not.toHaveProperty('data');
      if (outcome.errors) expect(outcome.errors[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
    }
    expect(graph.upstream.calls).toHaveLength(callsBefore);
  },
  20_000,
);

test('a refused request says how to authenticate, and is not read', async () => {
  const head = { 'content-type': 'application/json' };
  const missing = await sendHttp(graph.url, { headers: head, body: 'no JSON' });
  expect(missing.status).toBe(401);
  expect(missing.headers['www-authenticate']).toBe('Bearer');
  const wrong = await sendHttp(graph.url, { headers: { ...head, ...bearer('wrong') }, body: 'no JSON' });
  expect(wrong.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  const get = await sendHttp(graph.url, { method: 'GET', search: '?query={__typename}' });
  expect(get.status).toBe(401);
});

test('a WebSocket whose key was refused executes nothing', async () => {
  const socket = await openSocket(graph.url);
  socket.send({ type: 'connection_init', payload: bearer('wrong') });
  socket.subscribe('1', 'mutation { createThread { thread { id } } }');
  // Whichever comes first: the operation without an acknowledgement, or the refusal.
  expect([4401, 4403]).toContain((await socket.closed)[0]);
  expect(socket.unread).toBe(0);
});

test('a WebSocket that is refused has an entry in the log', async () => {
  const socket = await openSocket(graph.url, { headers: { 'x-request-id': 'refused' } });
  socket.send({ type: 'connection_init', payload: bearer('wrong') });
  await socket.closed;
  const [entry, ...others] = await poll(
    async () => entries().filter(({ requestId }) => requestId?.startsWith('refused')),
    ({ length }) => length > 0,
  );
  expect(entry).toMatchObject({ msg: 'request', transport: 'websocket', code: 'UNAUTHENTICATED', calls: 0 });
  expect(others).toEqual([]);
});

test('the headers of the upgrade are not those of connection_init', async () => {
  const socket = await openSocket(graph.url, { headers: bearer(WEB) });
  socket.send({ type: 'connection_init' });
  expect(await socket.closed).toMatchObject([4403, /^A key or token is required/]);
});

test('a WebSocket that is not authenticated cannot send long messages', async () => {
  const socket = await openSocket(graph.url);
  socket.send({ type: 'connection_init', payload: { authorization: 'x'.repeat(20_000) } });
  expect(await socket.closed).toEqual([1009, 'Message too big']);
});

test('GraphiQL and introspection are off, and __typename is not', async () => {
  const page = await sendHttp(graph.url, { method: 'GET', headers: { accept: 'text/html' } });
  expect(page.text).not.toContain('<html');
  const { errors } = await graph.send('{ __type(name: "Run") { __typename } }', {}, bearer(WEB));
  expect(errors).toMatchObject([{ message: expect.stringContaining('introspection has been disabled') }]);
  expect((await graph.send('{ __typename node(id: "x") { __typename } }', {}, bearer(WEB))).data).toEqual({
    __typename: 'Query',
    node: null,
  });
});

test('the number of REST calls is not shown', async () => {
  const headers = { ...bearer(WEB), 'x-show-upstream-calls': '1' };
  expect((await graph.send('{ assistants { nodes { id } } }', {}, headers)).extensions).toBeUndefined();
});

test('keys are not in the log', () => {
  expect(lines.join('')).not.toMatch(/web-key|old-key/);
});
