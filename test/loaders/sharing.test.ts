/** Operations share identical reads in flight, and never read a state from before a write. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { SharedReads } from '../../src/loaders/shared-reads.ts';
import { decodeGlobalId, encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { createRestClient } from '../../src/rest/client.ts';
import { createTransport } from '../../src/rest/transport.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { hold } from '../support/hold.ts';
import { unhurried } from '../support/unhurried.ts';
import { countArrivals, measure } from '../support/waves.ts';
import { callRest } from '../support/world.ts';

let graph: Graph;
let threadId: string;
beforeAll(async () => {
  graph = await startGraph();
});
beforeEach(async () => {
  threadId = (await callRest(graph.localUrl, '/threads', { metadata: { state: 'old' } })).id;
});
afterAll(() => graph.close());

interface ThreadData {
  thread: { metadata: { state: string } };
}

const read = () => graph.data<ThreadData, unknown>(`{ thread(id: "${threadId}") { metadata } }`);
const write = () =>
  graph.data(
    'mutation ($id: ID!) { modifyThread(input: { id: $id, metadata: { state: "new" } }) { thread { id } } }',
    { id: threadId },
  );

const isRead = ({ method }: { method: string }) => method === 'GET';

test('two identical reads at the same moment make one call', async () => {
  const measured = await measure(graph, () => Promise.all([read(), read()]), 2);
  expect(measured).toEqual({ calls: ['getThread'], waves: 1 });
});

test('no operation joins a read that began before a write', async () => {
  const held = hold(graph, isRead);
  const before = read();
  await held.arrived(1);
  await write();
  const after = read();
  await held.arrived(2);
  held.release();
  expect((await after).thread.metadata).toEqual({ state: 'new' });
  await before;
});

test('no operation joins a read that began during a write', async () => {
  const held = hold(graph, ({ method }) => method !== 'DELETE');
  const written = write();
  await held.arrived(1);
  const during = read();
  await held.arrived(2);
  held.release();
  await written;
  const reread = hold(graph, isRead);
  const after = read();
  await reread.arrived(1);
  reread.release();
  expect((await after).thread.metadata).toEqual({ state: 'new' });
  await during;
});

test('a write with an unknown outcome ends the sharing too', async () => {
  const held = hold(graph, isRead);
  const before = read();
  await held.arrived(1);
  const passOn = graph.upstream.intercept;
  graph.upstream.intercept = async (call, response) => {
    if (call.method === 'GET') return (await passOn?.(call, response)) ?? false;
    await callRest(graph.localUrl, `/threads/${threadId}`, { metadata: { state: 'new' } });
    response.destroy();
    return true;
  };
  await expect(write()).rejects.toThrow('OUTCOME_UNKNOWN');
  const after = read();
  await held.arrived(2);
  held.release();
  expect((await after).thread.metadata).toEqual({ state: 'new' });
  await before;
});

test('a write to another object does not end the sharing', async () => {
  const create = () => graph.data('mutation { createThread { thread { id } } }', {});
  const measured = await measure(graph, () => Promise.all([read(), create(), read()]), 3);
  expect(measured.calls.toSorted()).toEqual(['createThread', 'getThread']);
});

test('a client that disconnects does not abort a read that others share', async () => {
  const held = hold(graph, isRead);
  const leaving = new AbortController();
  const body = JSON.stringify({ query: `{ thread(id: "${threadId}") { metadata } }` });
  const headers = { 'content-type': 'application/json' };
  const left = fetch(graph.url, { method: 'POST', headers, body, signal: leaving.signal });
  await held.arrived(1);
  const arrivals = countArrivals(new URL(graph.url).port);
  const staying = read();
  await arrivals.reached(1);
  leaving.abort();
  await expect(left).rejects.toThrow('aborted');
  held.release();
  expect((await staying).thread.metadata).toEqual({ state: 'old' });
});

test('operations that share a failed read share its next attempt', async () => {
  let failures = 0;
  graph.upstream.intercept = (_, response) => {
    if (failures++ > 0) return false;
    response.writeHead(500).end();
    return true;
  };
  const measured = await measure(graph, () => Promise.all([read(), read()]), 2);
  graph.upstream.intercept = undefined;
  expect(measured.calls).toEqual(['getThread', 'getThread']);
});

test('reads that a response did not wait for are aborted when it is sent', async () => {
  const held = hold(graph, ({ operation }) => operation === 'listMessageFiles');
  const closed = new Promise<void>((resolve) => {
    const before = graph.upstream.intercept;
    graph.upstream.intercept = (call, response) => {
      if (call.operation === 'listMessageFiles') response.once('close', resolve);
      return before?.(call, response) ?? false;
    };
  });
  const { data } = await graph.send(
    `{ thread(id: "${threadId}") { message(id: "msg_none") { text files { nodes { id } } } } }`,
  );
  expect(data).toEqual({ thread: { message: null } });
  await closed;
  held.release();
});

test('two principals never share reads', async () => {
  const transport = createTransport({ url: graph.upstream.url, connections: 8 });
  const sharing = new SharedReads();
  const signal = new AbortController().signal;
  const clientOf = (principal: string) =>
    createRestClient(transport, {
      ...unhurried(transport),
      apiKey: 'key',
      organization: undefined,
      beta: 'assistants=v1',
      principal,
      sharing,
      maxConcurrent: 8,
      readSignal: signal,
      writeSignal: signal,
    });
  const calls = await graph.callsDuring(() =>
    Promise.all(
      ['anna', 'anna', 'berta'].map((name) => clientOf(name).call('getThread', { thread_id: threadId })),
    ),
  );
  expect(calls).toEqual(['getThread', 'getThread']);
  await transport.close();
});

test('no operation joins a read that is still waiting for a slot', async () => {
  const ids = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const { id } = await callRest(graph.localUrl, '/threads', {});
      return encodeGlobalId('Thread', [id]);
    }),
  );
  const last = decodeGlobalId(ids[99] ?? '')?.path[0];
  const held = hold(graph, ({ path }) => path !== `/threads/${last}`);
  const many = graph.data('query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Thread { createdAt } } }', {
    ids,
  });
  await held.arrived(32);
  await expect(graph.data(`{ thread(id: "${last}") { createdAt } }`, {})).resolves.toBeDefined();
  held.release();
  await many;
});
