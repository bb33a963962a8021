import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterEach(() => {
  graph.upstream.intercept = undefined;
});
afterAll(() => graph.close());

/** The metadata as JSON text: an object literal with this key would set a prototype. */
const METADATA = '{"__proto__":"a","constructor":"b"}';

test.each([
  [
    'in variables',
    'mutation M($metadata: Metadata) { createThread(input: { metadata: $metadata }) { thread { metadata } } }',
  ],
  [
    'in the document',
    'mutation { createThread(input: { metadata: { __proto__: "a", constructor: "b" } }) { thread { metadata } } }',
  ],
])('a metadata key __proto__ %s reaches the upstream and comes back', async (_, query) => {
  graph.upstream.intercept = ({ body }, response) => {
    const thread = `{"id":"thread_1","created_at":1,"metadata":${METADATA}}`;
    return Boolean(response.writeHead(body.includes(`"metadata":${METADATA}`) ? 200 : 400).end(thread));
  };
  const response = await fetch(graph.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"query":${JSON.stringify(query)},"variables":{"metadata":${METADATA}}}`,
  });
  expect(await response.text()).toBe(`{"data":{"createThread":{"thread":{"metadata":${METADATA}}}}}`);
});
