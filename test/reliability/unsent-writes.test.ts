/** A write that never left is reported as not carried out, and is not sent later. */
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createPrincipal } from '../../src/auth/principal.ts';
import { SharedReads } from '../../src/loaders/shared-reads.ts';
import { createOperationFactory } from '../../src/operation.ts';
import { createTransport, type Transport } from '../../src/rest/transport.ts';
import { createRuns } from '../../src/runs/create-runs.ts';
import { allScopes } from '../../src/scopes.ts';
import { Turns } from '../../src/turns.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { hold } from '../support/hold.ts';
import { listenLocally } from '../support/listen.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

const credential = { apiKey: 'key', organization: undefined, beta: 'assistants=v1' };
const principal = createPrincipal(['anna'], credential, allScopes);

/** Operations that share one connection. */
function start(url: string) {
  const transport = createTransport({ url, connections: 1 });
  onTestFinished(() => transport.close());
  const client = new AbortController();
  const operation = (timeoutMs: number, { signal } = client) =>
    createOperationFactory({
      transport,
      runs: createRuns({ transport }),
      sharing: new SharedReads(),
      timeoutMs,
      connections: 1,
      turns: new Turns(),
      maxFields: 1000,
      maxErrors: 1000,
    })({ principal, signal });
  return { transport, client, operation };
}

/** An operation whose read has the connection. */
async function occupy(transport: Transport, read: Promise<unknown>) {
  const held = hold(graph, () => true);
  await held.arrived(1);
  expect(transport.traffic.counts().connections).toBe(1);
  return async () => {
    held.release();
    await read;
  };
}

test('if it waits for a connection until the deadline', async () => {
  const { transport, operation } = start(graph.upstream.url);
  const reader = operation(60_000).context.rest;
  const release = await occupy(transport, reader.call('listAssistants', {}));
  const { rest } = operation(50).context;
  graph.upstream.calls.length = 0;
  await expect(rest.call('createThread', { body: {} })).rejects.toMatchObject({ name: 'DeadlineError' });
  await release();
  await reader.call('listAssistants', {});
  expect(graph.upstream.calls.map(({ operation }) => operation)).toEqual(['listAssistants']);
});

test('if its client disconnects while it waits for a connection', async () => {
  const { transport, client, operation } = start(graph.upstream.url);
  const read = operation(60_000)
    .context.rest.call('listAssistants', {})
    .catch(() => undefined);
  const release = await occupy(transport, read);
  const write = operation(60_000).context.rest.call('createThread', { body: {} });
  graph.upstream.calls.length = 0;
  client.abort();
  await expect(write).rejects.toMatchObject({ name: 'AbortedError' });
  await release();
  expect(graph.upstream.calls).toEqual([]);
});

test.each(['a deadline', 'a client that disconnects'])(
  'if %s ends it while the connection is being established',
  async (reason) => {
    const sockets = new Set<Socket>();
    // It accepts connections and never speaks TLS.
    const server = createServer((socket) => sockets.add(socket));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const port = await listenLocally(server);
    const { client, operation } = start(`https://127.0.0.1:${port}/v1`);
    const { rest } = operation(reason === 'a deadline' ? 100 : 60_000).context;
    const write = rest.call('createThread', { body: {} });
    if (reason !== 'a deadline') setImmediate(() => client.abort());
    const name = reason === 'a deadline' ? 'DeadlineError' : 'AbortedError';
    await expect(write).rejects.toMatchObject({ name });
  },
);

test('if its client disconnects just before the connection is there', async () => {
  const { transport, client, operation } = start(graph.upstream.url);
  const write = operation(60_000).context.rest.call('createThread', { body: {} });
  graph.upstream.calls.length = 0;
  while (transport.traffic.counts().connections === 0) await undefined;
  client.abort();
  await expect(write).rejects.toMatchObject({ name: 'AbortedError' });
  await operation(60_000, new AbortController()).context.rest.call('listAssistants', {});
  expect(graph.upstream.calls.map(({ operation }) => operation)).toEqual(['listAssistants']);
});

test('one that was sent has an unknown outcome at the deadline', async () => {
  const { operation } = start(graph.upstream.url);
  const held = hold(graph, () => true);
  const write = operation(100).context.rest.call('createThread', { body: {} });
  await expect(write).rejects.toMatchObject({ name: 'OutcomeUnknownError' });
  held.release();
});
