/** createOperationFactory, without a GraphQL server. */
import { getEventListeners } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPrincipal } from '../src/auth/principal.ts';
import { SharedReads } from '../src/loaders/shared-reads.ts';
import { createOperationFactory } from '../src/operation.ts';
import { createRuns } from '../src/runs/create-runs.ts';
import { allScopes } from '../src/scopes.ts';
import { Turns } from '../src/turns.ts';
import { type Graph, startGraph } from './support/graph.ts';
import { hold } from './support/hold.ts';
import { callRest } from './support/world.ts';

const credential = { apiKey: 'key', organization: undefined, beta: 'assistants=v1' };
const anna = createPrincipal(['anna'], credential, allScopes);

let graph: Graph;
let thread_id: string;
beforeAll(async () => {
  graph = await startGraph();
  thread_id = (await callRest(graph.localUrl, '/threads', {})).id;
});
afterAll(() => graph.close());

function start({ timeoutMs = 60_000, connections = 8 } = {}) {
  const createOperation = createOperationFactory({
    transport: graph.transport,
    runs: createRuns({ transport: graph.transport }),
    sharing: new SharedReads(),
    timeoutMs,
    connections,
    turns: new Turns(),
    maxFields: 1000,
    maxErrors: 1000,
  });
  const client = new AbortController();
  const operation = (principal = anna) => createOperation({ principal, signal: client.signal });
  return { operation, client };
}

test('reads fail at the deadline of their operation', async () => {
  const held = hold(graph, () => true);
  const { context } = start({ timeoutMs: 20 }).operation();
  await expect(context.rest.call('getThread', { thread_id })).rejects.toThrow('longer than 20 ms');
  held.release();
});

test('the deadline can be extended once', async () => {
  const held = hold(graph, () => true);
  const { operation } = start({ timeoutMs: 20 });
  const [usual, extended] = [operation(), operation({ ...anna, id: 'berta' })];
  extended.context.extendDeadline(60_000);
  extended.context.extendDeadline(1);
  const read = extended.context.rest.call('getThread', { thread_id });
  await expect(usual.context.rest.call('getThread', { thread_id })).rejects.toThrow('longer than 20 ms');
  held.release();
  await expect(read).resolves.toMatchObject({ id: thread_id });
  extended.end();
});

test('a deadline in the past cannot be extended', async () => {
  const held = hold(graph, () => true);
  const { context } = start({ timeoutMs: 20 }).operation();
  const read = () => context.rest.call('getThread', { thread_id });
  await expect(read()).rejects.toThrow('longer than 20 ms');
  context.extendDeadline(60_000);
  await expect(read()).rejects.toThrow('longer than 20 ms');
  held.release();
});

test('end() aborts running reads and removes the listener from the client signal', async () => {
  const held = hold(graph, () => true);
  const { operation, client } = start();
  const { context, end } = operation();
  const read = context.rest.call('getThread', { thread_id });
  await held.arrived(1);
  expect(getEventListeners(client.signal, 'abort')).toHaveLength(1);
  end();
  await expect(read).rejects.toThrow('has ended');
  expect(getEventListeners(client.signal, 'abort')).toEqual([]);
  held.release();
});

test('operations of one principal share identical reads, and each counts only the calls that it sent', async () => {
  const { operation } = start();
  const [first, second, stranger] = [operation(), operation(), operation({ ...anna, id: 'berta' })];
  const reads = [first, second, stranger].map(({ context }) => context.rest.call('getThread', { thread_id }));
  await Promise.all(reads);
  expect([first, second, stranger].map(({ upstream }) => upstream.calls)).toEqual([1, 0, 1]);
  for (const { end } of [first, second, stranger]) end();
});

test('no call is sent if the client has already disconnected', async () => {
  const { operation, client } = start();
  client.abort();
  const { context } = operation();
  const calls = await graph.callsDuring(async () => {
    await expect(context.rest.call('getThread', { thread_id })).rejects.toThrow('disconnected');
    await expect(context.rest.call('createThread', { body: {} })).rejects.toThrow('disconnected');
  });
  expect(calls).toEqual([]);
});
