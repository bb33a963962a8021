/** What Prometheus reads, on a port of its own. */
import { expect, test } from 'vitest';
import { poll } from '../support/poll.ts';
import { subscribe } from '../support/subscribe.ts';
import { callRest, createWaitingRun } from '../support/world.ts';
import { type ObservedGraph, startObservedGraph } from './support/observed-graph.ts';

/** The values of a page, by metric and labels as they are written. */
async function valuesOf(graph: ObservedGraph): Promise<Map<string, number>> {
  const lines = (await graph.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

/** Waits until a metric has a value: a request is counted after its response has been read. */
async function hasValue(graph: ObservedGraph, metric: string, value: number): Promise<void> {
  await poll(
    async () => (await valuesOf(graph)).get(`assistants_graphql_${metric}`),
    (actual) => actual === value,
  );
}

test('operations are counted by type and code, and REST calls by operation and status', async () => {
  const graph = await startObservedGraph();
  await graph.send('query Secret { assistants { nodes { id } } }');
  await graph.send('{ thread(id: "thread_0") { createdAt } }');
  await graph.send('{ nothing }');
  await hasValue(graph, 'operations_total{type="query",transport="http",operation="other",code="OK"}', 1);
  await hasValue(
    graph,
    'operations_total{type="query",transport="http",operation="other",code="NOT_FOUND"}',
    1,
  );
  await hasValue(
    graph,
    'operations_total{type="query",transport="http",operation="other",code="GRAPHQL_VALIDATION_FAILED"}',
    1,
  );
  await hasValue(graph, 'operation_duration_seconds_count{type="query",operation="other"}', 3);
  await hasValue(graph, 'upstream_calls_total{operation="listAssistants",status="200"}', 1);
  await hasValue(graph, 'upstream_calls_total{operation="getThread",status="404"}', 1);
  await hasValue(graph, 'upstream_call_duration_seconds_count{operation="getThread"}', 1);
});

test('what took the place of a response, and an unknown outcome, are counted', async () => {
  const graph = await startObservedGraph();
  graph.upstream.intercept = (_, response) => Boolean(response.destroy());
  await graph.send('mutation { createThread(input: {}) { thread { id } } }');
  await hasValue(graph, 'upstream_calls_total{operation="createThread",status="connection"}', 1);
  await hasValue(graph, 'outcome_unknown_total{operation="createThread"}', 1);
});

test('statuses, codes and names that clients or the upstream make up add no series', async () => {
  const graph = await startObservedGraph();
  let status = 430;
  graph.upstream.intercept = (_, response) => Boolean(response.writeHead(status++).end('{}'));
  for (let index = 0; index < 20; index++) {
    await graph.send(`query Name${index} { thread(id: "thread_${index}") { createdAt } }`);
  }
  const page = await graph.metrics();
  expect(page).not.toContain('Name');
  const statuses = page.match(/upstream_calls_total\{operation="getThread",status="(\w+)"\}/g);
  expect(statuses).toHaveLength(1);
});

test('subscriptions, watched runs and connections are what is open now', async () => {
  const graph = await startObservedGraph();
  const tools = [{ type: 'function', function: { name: 'alpha' } }];
  const assistant = await callRest(graph.localUrl, '/assistants', { model: 'offline', tools });
  const { thread_id, id } = await createWaitingRun(graph.localUrl, assistant.id);
  const query = 'subscription ($id: ID!) { runStatus(id: $id) { status } }';
  const runId = Buffer.from(`Run:${thread_id}/${id}`).toString('base64url');
  for await (const _ of subscribe(graph.url, query, { id: runId })) {
    await hasValue(graph, 'subscriptions', 1);
    await hasValue(graph, 'watchers', 1);
    const values = await valuesOf(graph);
    expect(values.get('assistants_graphql_connections')).toBeGreaterThan(0);
    expect(values.get('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    break;
  }
  await hasValue(graph, 'subscriptions', 0);
  await hasValue(
    graph,
    'operations_total{type="subscription",transport="sse",operation="other",code="OK"}',
    1,
  );
});

test('the port of the metrics has nothing else than metrics and probes', async () => {
  const graph = await startObservedGraph();
  const statusOf = async (path: string, method = 'GET') =>
    (await fetch(new URL(path, graph.metricsUrl), { method })).status;
  expect(await statusOf('/metrics')).toBe(200);
  expect(await statusOf('/health')).toBe(200);
  expect(await statusOf('/ready')).toBe(200);
  expect(await statusOf('/graphql', 'POST')).toBe(404);
  expect(await statusOf('/metrics', 'POST')).toBe(404);
  expect((await fetch(new URL('/metrics', graph.url))).status).toBe(404);
});
