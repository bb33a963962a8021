/** What load balancers are told. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { poll } from '../support/poll.ts';

let graph: Graph;
beforeEach(async () => {
  graph = await startGraph({}, { connections: { circuit: { failures: 1, outageMs: 0, openMs: 0 } } });
});
afterEach(() => graph.close());

const get = (path: string, init: RequestInit = {}) => fetch(new URL(path, graph.url), init);
const ask = async (path: string) => {
  const response = await get(path);
  return { status: response.status, ...(await response.json()) };
};
const READY = { status: 200, ok: true };
const DOWN = { status: 503, ok: false, reason: 'the upstream does not respond' };

test('a server is healthy and ready, and responses must not be cached', async () => {
  expect(await ask('/health')).toEqual(READY);
  expect(await ask('/ready')).toEqual(READY);
  expect((await get('/ready')).headers.get('cache-control')).toBe('no-store');
  expect((await get('/ready', { method: 'HEAD' })).status).toBe(200);
  expect((await get('/ready', { method: 'POST' })).status).toBe(404);
});

test('without traffic, one request without a key shows that the upstream responds', async () => {
  graph.upstream.calls.length = 0;
  await Promise.all(Array.from({ length: 20 }, () => ask('/ready')));
  await ask('/ready');
  expect(graph.upstream.calls).toMatchObject([{ method: 'GET', path: '/assistants?limit=1' }]);
  expect(graph.upstream.calls[0]?.headers.authorization).toBeUndefined();
});

test('after traffic, readiness needs no request', async () => {
  await graph.data('{ assistants { nodes { id } } }');
  graph.upstream.calls.length = 0;
  expect(await ask('/ready')).toEqual(READY);
  expect(graph.upstream.calls).toEqual([]);
});

test('a server is not ready while its upstream is down, and healthy all the time', async () => {
  graph.upstream.intercept = (_, response) => Boolean(response.writeHead(503).end());
  expect(await ask('/ready')).toEqual(DOWN);
  await graph.send('{ assistants { nodes { id } } }');
  expect(await ask('/ready')).toEqual(DOWN);
  expect(await ask('/health')).toEqual(READY);
  graph.upstream.intercept = undefined;
  await poll(
    () => ask('/ready'),
    ({ status }) => status === 200,
  );
});

test('an upstream that refuses the key or fails still responds', async () => {
  graph.upstream.intercept = (_, response) => Boolean(response.writeHead(500).end());
  expect(await ask('/ready')).toEqual(READY);
});

test('a server that drains is not ready, and serves', async () => {
  graph.drain();
  expect(await ask('/ready')).toEqual({ status: 503, ok: false, reason: 'the server is stopping' });
  expect(await ask('/health')).toEqual(READY);
  await graph.data('{ assistants { nodes { id } } }');
});
