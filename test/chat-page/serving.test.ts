import { request } from 'node:http';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { originOf } from './support/chat.ts';

let graph: Graph;
let origin: string;
let html: string;
beforeAll(async () => {
  graph = await startGraph();
  origin = originOf(graph);
  html = await (await fetch(origin)).text();
});
afterAll(() => graph.close());

/** Sends the path as it is: fetch would resolve the dots. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number | undefined; headers: Record<string, unknown> }>((resolve, reject) => {
    const sent = request(origin, { path, headers, method }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, headers: response.headers });
    });
    sent.on('error', reject).end();
  });
}

test('the chat is served at / and GraphiQL at /graphql', async () => {
  expect(html).toContain('<title>Assistants</title>');
  const graphiql = await fetch(graph.url, { headers: { accept: 'text/html' } });
  expect(await graphiql.text()).toContain('GraphiQL');
});

test('the page can load, call and submit to nothing but this server, and no page can frame it', async () => {
  const { headers } = await get('/');
  expect(headers).toMatchObject({
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
});

test('browsers keep the assets, whose names change with their content, and ask again for the page', async () => {
  const assets = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
  expect(assets.map((path) => path.split('.').at(-1)).sort()).toEqual(['css', 'js']);
  for (const path of assets) {
    const { status, headers } = await get(path, { 'accept-encoding': 'gzip' });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'gzip',
    });
  }
  const { headers } = await get('/');
  expect(headers['cache-control']).toBe('no-cache');
  const { status } = await get('/', { 'if-none-match': String(headers.etag) });
  expect(status).toBe(304);
});

test.each([
  '/../package.json',
  '/assets/../../package.json',
  '/%2e%2e/package.json',
  '/..%2fpackage.json',
  '/assets/..%5c..%5cpackage.json',
  '//etc/passwd',
  '/index.html/../../vite.config.ts',
  '/.built-from',
  '/assets',
  '/assets/',
  '/index.html',
])('nothing but the files of the page is served: %s', async (path) => {
  expect((await get(path)).status).toBe(404);
});

test('HEAD has no body, and other methods are refused', async () => {
  expect((await fetch(origin, { method: 'HEAD' })).status).toBe(200);
  const { status, headers } = await get('/', {}, 'POST');
  expect(status).toBe(405);
  expect(headers.allow).toBe('GET, HEAD');
});

test('with CHAT=off, / leads to the graph', async () => {
  const without = await startGraph({ CHAT: 'off' });
  onTestFinished(() => without.close());
  const response = await fetch(originOf(without), { redirect: 'manual' });
  expect(response.status).toBe(302);
  expect(response.headers.get('location')).toBe('/graphql');
});
