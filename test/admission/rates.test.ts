/** How many requests and REST calls a client may make, by a clock of the test. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bearer, type Headers, transports } from '../auth/support/clients.ts';
import { connect } from '../events/support/raw-socket.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { postOperation, sendHttp } from '../support/http.ts';

const [WEB, OTHER] = ['a'.repeat(20), 'b'.repeat(20)];
const QUERY = '{ assistants { nodes { id } } }';

let now = 0;
let graph: Graph;
const start = async (env: Record<string, string>) => {
  now = 0;
  const keys = { AUTH: 'key', AUTH_KEYS: `web=${WEB}, web=${'c'.repeat(20)}, other=${OTHER}` };
  graph = await startGraph({ ...keys, ...env }, { now: () => now });
};
afterEach(() => graph.close());

const post = (headers: Headers, query = QUERY) => postOperation(graph.url, { query }, headers);

describe('with 3 requests a minute', () => {
  beforeEach(() => start({ MAX_REQUESTS_PER_MINUTE: '3' }));

  test('the fourth is refused, with the time until the next one', async () => {
    for (let count = 0; count < 3; count++) expect((await post(bearer(WEB))).status).toBe(200);
    graph.upstream.calls.length = 0;
    const { status, headers, text } = await post(bearer(WEB));
    expect({ status, after: headers['retry-after'] }).toEqual({ status: 429, after: '20' });
    expect(JSON.parse(text).errors).toEqual([
      {
        message: 'At most 3 requests a minute are allowed: try again later',
        extensions: { code: 'RATE_LIMITED', retryAfterMs: 20_000 },
      },
    ]);
    expect(graph.upstream.calls).toEqual([]);

    now = 19_999;
    expect((await post(bearer(WEB))).status).toBe(429);
    now = 20_000;
    expect((await post(bearer(WEB))).status).toBe(200);
    expect((await post(bearer(WEB))).status).toBe(429);
  });

  test('a client with two keys is one client, and another client is another', async () => {
    for (let count = 0; count < 3; count++) await post(bearer(WEB));
    expect((await post(bearer('c'.repeat(20)))).status).toBe(429);
    expect((await post(bearer(OTHER))).status).toBe(200);
  });

  test.each(transports)('it holds over %s, together with HTTP', async (_, send) => {
    for (let count = 0; count < 3; count++) await post(bearer(WEB));
    const { errors } = await send(graph.url, bearer(WEB), QUERY);
    expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfterMs: 20_000 } }]);
  });

  test('each operation of a WebSocket counts, and a refusal leaves the socket open', async () => {
    const socket = await connect(graph.url, bearer(WEB));
    const types: string[] = [];
    for (const id of ['1', '2', '3', '4']) {
      socket.subscribe(id, '{ __typename }');
      types.push((await socket.next()).type);
      if (types.at(-1) === 'next') await socket.next();
    }
    expect(types).toEqual(['next', 'next', 'next', 'error']);
    now = 20_000;
    socket.subscribe('5', '{ __typename }');
    expect((await socket.next()).type).toBe('next');
  });

  test('files count too', async () => {
    for (let count = 0; count < 3; count++) await post(bearer(WEB));
    const target = '/files/file-1/content';
    const { status } = await sendHttp(graph.url, { method: 'GET', target, headers: bearer(WEB) });
    expect(status).toBe(429);
  });

  test('a client without a valid key counts for nobody', async () => {
    for (let count = 0; count < 5; count++) expect((await post(bearer('x'.repeat(20)))).status).toBe(401);
    expect((await post(bearer(WEB))).status).toBe(200);
  });
});

test('an operation begins as long as calls are left, and those it makes beyond count against the next', async () => {
  await start({ MAX_CALLS_PER_MINUTE: '2' });
  const four = `{ ${['a', 'b', 'c', 'd'].map((name) => `${name}: thread(id: "thread_${name}") { createdAt }`).join(' ')} }`;
  expect((await post(bearer(WEB), four)).status).toBe(200);
  const { status, headers } = await post(bearer(WEB));
  expect({ status, after: headers['retry-after'] }).toEqual({ status: 429, after: '90' });
  expect((await post(bearer(OTHER))).status).toBe(200);
  now = 90_000;
  expect((await post(bearer(WEB))).status).toBe(200);
});

test('by default there are no limits', async () => {
  await start({});
  const all = await Promise.all(Array.from({ length: 200 }, () => post(bearer(WEB), '{ __typename }')));
  expect(all.every(({ status }) => status === 200)).toBe(true);
});
