/** Retries are bounded for an operation, and operations that read the same share them. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MAX_RETRIES } from '../../src/rest/retry.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { hold } from '../support/hold.ts';
import { countArrivals } from '../support/waves.ts';
import { callRest } from '../support/world.ts';
import { codesOf, threads } from './support/reads.ts';

let graph: Graph;
beforeEach(async () => {
  graph = await startGraph();
});
afterEach(() => graph.close());

/** Fails the first request for each path. */
function failFirst(): void {
  const seen = new Set<string>();
  graph.upstream.intercept = ({ path }, response) => {
    if (seen.has(path)) return false;
    seen.add(path);
    return Boolean(response.writeHead(500).end('{}'));
  };
}

test.each([
  [MAX_RETRIES, { NOT_FOUND: MAX_RETRIES }],
  [MAX_RETRIES + 1, { NOT_FOUND: MAX_RETRIES, UPSTREAM_ERROR: 1 }],
])('an operation of %i reads that fail once has 32 retries', async (count, codes) => {
  failFirst();
  const { errors } = await graph.send(threads(count));
  expect(codesOf(errors)).toEqual(codes);
  expect(graph.upstream.calls).toHaveLength(count + MAX_RETRIES);
});

test('an operation of 400 reads that all fail makes 432 calls', async () => {
  graph.upstream.intercept = (_, response) => Boolean(response.writeHead(500).end('{}'));
  expect(codesOf((await graph.send(threads(400))).errors)).toEqual({ UPSTREAM_ERROR: 400 });
  expect(graph.upstream.calls).toHaveLength(400 + MAX_RETRIES);
});

test('50 operations that read the same failing object at the same moment make four calls', async () => {
  graph.upstream.intercept = (_, response) => Boolean(response.writeHead(500).end('{}'));
  const held = hold(graph, () => true);
  const arrivals = countArrivals(new URL(graph.url).port);
  const results = Array.from({ length: 50 }, () => graph.send(threads(1)));
  await arrivals.reached(50);
  await graph.send('{ __typename }');
  held.release();
  for (const { errors } of await Promise.all(results)) expect(codesOf(errors)).toEqual({ UPSTREAM_ERROR: 1 });
  expect(graph.upstream.calls).toHaveLength(4);
});

test.each([
  ['1', 2],
  ['3', 1],
])('a 503 with retry-after: %s is repeated only if the deadline allows it', async (after, calls) => {
  const hasty = await startGraph({ UPSTREAM_TIMEOUT_MS: '2500' });
  hasty.upstream.intercept = (_, response) =>
    hasty.upstream.calls.length === 1 && Boolean(response.writeHead(503, { 'retry-after': after }).end('{}'));
  const { errors } = await hasty.send(threads(1));
  expect(codesOf(errors)).toEqual(calls === 1 ? { UPSTREAM_UNAVAILABLE: 1 } : { NOT_FOUND: 1 });
  expect(hasty.upstream.calls).toHaveLength(calls);
  await hasty.close();
});

test('the retries of writes count too', async () => {
  const patient = await startGraph({}, { connections: { circuit: { failures: Number.POSITIVE_INFINITY } } });
  patient.upstream.intercept = (_, response) =>
    Boolean(response.writeHead(503, { 'retry-after': '0' }).end('{}'));
  const writes = Array.from({ length: 20 }, (_, index) => `w${index}: createThread { thread { id } }`);
  const { errors } = await patient.send(`mutation { ${writes.join(' ')} }`);
  expect(codesOf(errors)).toEqual({ UPSTREAM_UNAVAILABLE: 20 });
  expect(patient.upstream.calls).toHaveLength(20 + MAX_RETRIES);
  await patient.close();
});

test('one operation does not use up the retries of another', async () => {
  const { id } = await callRest(graph.localUrl, '/threads', {});
  failFirst();
  await graph.send(threads(MAX_RETRIES + 8));
  expect((await graph.send(`{ thread(id: "${id}") { createdAt } }`)).errors).toEqual([]);
});
