import { afterEach, describe, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { hold } from '../support/hold.ts';
import { poll } from '../support/poll.ts';
import { connectTo, type RawConnection, requestText, UPGRADE } from './support/raw-connection.ts';

let graph: Graph | undefined;
const connections: RawConnection[] = [];
afterEach(async () => {
  for (const connection of connections.splice(0)) await connection.close();
  await graph?.close();
});

async function start(env: Record<string, string>): Promise<Graph> {
  graph = await startGraph(env);
  return graph;
}

async function open({ url }: Graph, localAddress?: string): Promise<RawConnection> {
  const connection = await connectTo(url, localAddress);
  connections.push(connection);
  return connection;
}

const TINY = requestText('{"query":"{ __typename }"}');
const withCount = (graph: Graph, count: number) =>
  poll(
    async () => graph.counts().connections,
    (open) => open === count,
  );

describe('MAX_CONNECTIONS', () => {
  test('is the number of connections that are served, WebSockets included', async () => {
    const graph = await start({ MAX_CONNECTIONS: '3' });
    const silent = await open(graph);
    const webSocket = await open(graph);
    webSocket.write(UPGRADE);
    await webSocket.received(/^HTTP\/1.1 101/);
    const used = await open(graph);
    used.write(TINY);
    await used.received(/{"data":{"__typename":"Query"}}/);

    const refused = await open(graph);
    refused.write(TINY);
    const response = await refused.closed;
    expect(response).toMatch(/^HTTP\/1.1 503 /);
    expect(response).toContain(
      '{"errors":[{"message":"The server has its maximum of 3 connections: try again later","extensions":{"code":"RATE_LIMITED"}}]}',
    );

    await silent.close();
    await withCount(graph, 2);
    const next = await open(graph);
    next.write(TINY);
    await next.received(/{"data":{"__typename":"Query"}}/);
  });

  test('counts a WebSocket until it is closed', async () => {
    const graph = await start({ MAX_CONNECTIONS: '3' });
    const webSocket = await open(graph);
    webSocket.write(UPGRADE);
    await webSocket.received(/^HTTP\/1.1 101/);
    expect(graph.counts()).toMatchObject({ connections: 1, webSockets: 1 });
    await webSocket.close();
    await withCount(graph, 0);
  });
});

describe('MAX_CONNECTIONS_PER_ADDRESS', () => {
  const refusal = 'At most 2 connections are allowed from one address: close one first';

  test('has no value by default', async () => {
    const graph = await start({});
    for (let count = 0; count < 100; count++) await open(graph);
    await withCount(graph, 100);
  });

  test('limits the connections of each address', async () => {
    const graph = await start({ MAX_CONNECTIONS_PER_ADDRESS: '2' });
    const first = await open(graph);
    await open(graph);
    const third = await open(graph);
    expect(await third.closed).toMatch(/^HTTP\/1.1 429 .*RATE_LIMITED/s);
    const other = await open(graph, '127.0.0.2');
    other.write(TINY);
    await other.received(/{"data":{"__typename":"Query"}}/);
    await first.close();
    await withCount(graph, 2);
    const next = await open(graph);
    next.write(TINY);
    await next.received(/{"data":{"__typename":"Query"}}/);
  });

  test('ignores X-Forwarded-For, unless a trusted proxy sends it', async () => {
    const graph = await start({ MAX_CONNECTIONS_PER_ADDRESS: '2' });
    for (const address of ['203.0.113.1', '203.0.113.2']) {
      const connection = await open(graph);
      connection.write(requestText('{"query":"{ __typename }"}', { 'x-forwarded-for': address }));
      await connection.received(/{"data":{"__typename":"Query"}}/);
    }
    const third = await open(graph);
    expect(await third.closed).toContain(refusal);
  });

  test('limits the requests in progress of each client that a trusted proxy names', async () => {
    const graph = await start({
      MAX_CONNECTIONS_PER_ADDRESS: '2',
      TRUSTED_PROXIES: '10.0.0.1, 127.0.0.3/32',
    });
    const held = hold(graph, () => true);
    const sendFor = async (chain: string, query = 'assistants { nodes { id } }') => {
      const connection = await open(graph, '127.0.0.3');
      connection.write(requestText(JSON.stringify({ query: `{ ${query} }` }), { 'x-forwarded-for': chain }));
      return connection;
    };
    const first = await sendFor('203.0.113.1');
    // Only what the proxies have added is believed.
    await sendFor('198.51.100.7, 203.0.113.1, 10.0.0.1', 'assistants(first: 1) { nodes { id } }');
    await held.arrived(2);
    for (const address of ['203.0.113.1', '203.0.113.1:50211', '[::ffff:203.0.113.1]:50211']) {
      const third = await sendFor(address);
      expect(await third.closed).toContain(refusal);
    }
    const other = await sendFor('203.0.113.2', '__typename');
    await other.received(/{"data":{"__typename":"Query"}}/);
    held.release();
    await first.received(/"assistants"/);
    const next = await sendFor('203.0.113.1', '__typename');
    await next.received(/{"data":{"__typename":"Query"}}/);
  });

  test.each([
    ['does not name', {}],
    ['hides', { 'x-forwarded-for': 'unknown' }],
  ])('counts the requests whose client a proxy %s together', async (_, headers) => {
    const graph = await start({ MAX_CONNECTIONS_PER_ADDRESS: '2', TRUSTED_PROXIES: '127.0.0.3' });
    const held = hold(graph, () => true);
    for (let count = 1; count <= 2; count++) {
      const connection = await open(graph, '127.0.0.3');
      connection.write(requestText(`{"query":"{ assistants(first: ${count}) { nodes { id } } }"}`, headers));
      await held.arrived(count);
    }
    const third = await open(graph, '127.0.0.3');
    third.write(requestText('{"query":"{ __typename }"}', headers));
    expect(await third.closed).toContain(refusal);
    held.release();
  });

  test('counts the WebSockets of a client behind a proxy', async () => {
    const graph = await start({ MAX_CONNECTIONS_PER_ADDRESS: '2', TRUSTED_PROXIES: '127.0.0.3' });
    const upgrade = UPGRADE.replace('host:', 'x-forwarded-for: 2001:db8::1\r\nhost:');
    const accepted = [];
    for (let count = 0; count < 2; count++) {
      const connection = await open(graph, '127.0.0.3');
      connection.write(upgrade);
      await connection.received(/^HTTP\/1.1 101/);
      accepted.push(connection);
    }
    const third = await open(graph, '127.0.0.3');
    // One client has all addresses of a network of 64 bits.
    third.write(upgrade.replace('db8::1', 'db8:0:0:ffff::2'));
    expect(await third.closed).toContain(refusal);
    await accepted[0]?.close();
    await withCount(graph, 1);
    const next = await open(graph, '127.0.0.3');
    next.write(upgrade);
    await next.received(/^HTTP\/1.1 101/);
  });
});
