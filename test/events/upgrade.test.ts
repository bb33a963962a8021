/** Who may open a WebSocket, and where. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { errorsIn } from '../support/http.ts';
import { upgrade } from './support/raw-socket.ts';

const FRIEND = 'https://app.example.com';
const protocol = { 'sec-websocket-protocol': 'graphql-transport-ws' };

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph({ CORS_ORIGINS: FRIEND });
});
afterAll(() => graph.close());

const open = (headers: Record<string, string>, path?: string) =>
  upgrade(graph.url, { ...protocol, ...headers }, { path });

describe('a web page that is not named in the settings', () => {
  test.each([
    ['an origin of its own', { origin: 'https://evil.example' }],
    ['no origin that it admits to', { origin: 'null' }],
    ['the origin of a friend, but not its scheme', { origin: 'http://app.example.com' }],
    ['the origin of another port on this machine', { origin: 'http://127.0.0.1:1' }],
    ['a name of its own that it points at loopback', { host: 'evil.example', origin: 'http://evil.example' }],
    ['such a name, and no origin', { host: 'evil.example:4000' }],
    [
      'no origin, and a browser that says it is another site',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'websocket' },
    ],
  ])('may not open a socket: %s', async (_, headers) => {
    const { status, text, headers: responseHeaders } = await open(headers);
    expect(status).toBe(403);
    expect(errorsIn(text)).toMatchObject([{ code: 'FORBIDDEN' }]);
    expect(responseHeaders.connection).toBe('close');
    expect(graph.counts().webSockets).toBe(0);
  });
});

test.each([
  ['a program, which names no origin', {}],
  ['a friend', { origin: FRIEND }],
  ['our own page', { origin: 'OWN' }],
])('%s may', async (_, headers) => {
  const own = new URL(graph.url).origin;
  const { status, headers: responseHeaders } = await open(
    'origin' in headers ? { origin: headers.origin === 'OWN' ? own : headers.origin } : {},
  );
  expect(status).toBe(101);
  expect(responseHeaders['sec-websocket-protocol']).toBe('graphql-transport-ws');
});

test('a query in the URL does no harm', async () => {
  expect((await open({}, '/graphql?transport=ws')).status).toBe(101);
});

test.each(['/', '/graphq', '/graphql/', '/graphql/x', '/GRAPHQL', '//graphql', '/x?/graphql'])(
  'there is no socket at %s',
  async (path) => {
    const { status, text } = await open({}, path);
    expect(status).toBe(404);
    expect(errorsIn(text)).toMatchObject([{ message: expect.stringContaining('/graphql') }]);
  },
);

test('a request without a usable host is refused', async () => {
  const { status } = await open({ host: 'a b' });
  expect([400, 403]).toContain(status);
});

test('a handshake that is no WebSocket handshake is refused', async () => {
  expect((await open({ 'sec-websocket-version': '7' })).status).toBe(400);
  expect((await open({ 'sec-websocket-key': 'short' })).status).toBe(400);
  expect(graph.counts().webSockets).toBe(0);
});
