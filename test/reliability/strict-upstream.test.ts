/** The server in front of a local API that limits the requests of its key. */
import { expect, onTestFinished, test } from 'vitest';
import { startGraph } from '../support/graph.ts';
import { codesOf, threads } from './support/reads.ts';

async function startStrict(requestsPerMinute: number) {
  const graph = await startGraph({}, { requestsPerMinute });
  onTestFinished(graph.close);
  return graph;
}

const write = 'mutation { createThread(input: {}) { thread { createdAt } } }';

test('a read and a write that the upstream refuses with 429 wait and succeed', async () => {
  const graph = await startStrict(30);
  expect(codesOf((await graph.send(threads(30))).errors)).toEqual({ NOT_FOUND: 30 });
  const calls = await graph.callsDuring(async () => {
    expect(codesOf((await graph.send(threads(1))).errors)).toEqual({ NOT_FOUND: 1 });
    expect((await graph.send(write)).errors).toEqual([]);
  });
  expect(calls.filter((name) => name === 'getThread')).toHaveLength(2);
  expect(calls.filter((name) => name === 'createThread')).toHaveLength(2);
});

test('a client is told at once to wait for longer than an operation can', async () => {
  const graph = await startStrict(1);
  await graph.send(threads(1));
  const { errors } = await graph.send(threads(1));
  expect(errors).toMatchObject([
    { extensions: { code: 'RATE_LIMITED', upstream: { status: 429, code: 'rate_limit_exceeded' } } },
  ]);
  const retryAfterMs = errors[0]?.extensions.retryAfterMs;
  expect(retryAfterMs).toBeGreaterThan(50_000);
  expect(retryAfterMs).toBeLessThanOrEqual(60_000);
});
