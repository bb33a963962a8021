import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { sendHttp } from '../support/http.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

test('the page of GraphiQL cannot be shown in a frame', async () => {
  const { headers } = await sendHttp(graph.url, { method: 'GET', headers: { accept: 'text/html' } });
  expect(headers).toMatchObject({
    'content-type': 'text/html',
    'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
  });
});

test('a page of GraphiQL is whole after a shorter one', async () => {
  const pageOf = async ({ url }: Graph) => (await fetch(url, { headers: { accept: 'text/html' } })).text();
  const withKeys = await startGraph({ AUTH: 'key', AUTH_KEYS: `web=${'k'.repeat(32)}`, GRAPHIQL: 'on' });
  onTestFinished(withKeys.close);
  expect(await pageOf(graph)).toMatch(/<\/html>\s*$/);
  expect(await pageOf(withKeys)).toMatch(/<\/html>\s*$/);
});

test.each([
  ['a result', { body: '{"query":"{ __typename }"}', headers: { 'content-type': 'application/json' } }],
  ['a refusal', { headers: { origin: 'https://evil.example' } }],
  ['a path that does not exist', { target: '/gone' }],
  ['a probe', { method: 'GET', target: '/health' }],
])('browsers do not guess the type of %s', async (_, request) => {
  const { headers } = await sendHttp(graph.url, request);
  expect(headers['x-content-type-options']).toBe('nosniff');
});
