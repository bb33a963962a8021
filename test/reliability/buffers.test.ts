import { createClient } from 'graphql-ws';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Graph, startGraph } from '../support/graph.ts';
import { hold } from '../support/hold.ts';
import { postOperation } from '../support/http.ts';
import { poll } from '../support/poll.ts';
import { callRest, createWorld } from '../support/world.ts';
import { connectTo, type RawConnection, requestText, UPGRADE } from './support/raw-connection.ts';

let graph: Graph;
const connections: RawConnection[] = [];
afterEach(async () => {
  for (const connection of connections.splice(0)) await connection.close();
  await graph.close();
});

async function open(): Promise<RawConnection> {
  const connection = await connectTo(graph.url);
  connections.push(connection);
  return connection;
}

const post = (query: string) => postOperation(graph.url, { query });

const counted = (isExpected: (counts: ReturnType<Graph['counts']>) => boolean) =>
  poll(async () => graph.counts(), isExpected);

describe('MAX_BUFFERED_REQUESTS', () => {
  const body = (field: string) => `{"query":"{ ${field} }"}`.padEnd(900);
  const TINY = body('__typename');
  const SLOW = body('assistants { nodes { id } }');

  test('disconnects the client that has stood still for longest', async () => {
    graph = await startGraph({ MAX_BODY: '1000', MAX_BUFFERED_REQUESTS: '2000' });
    const first = await open();
    first.write(requestText(TINY.slice(0, 800), {}, TINY.length));
    await counted(({ requestBytes }) => requestBytes === 800);
    const second = await open();
    second.write(requestText(TINY.slice(0, 800), {}, TINY.length));
    await counted(({ requestBytes }) => requestBytes === 1600);
    const third = await open();
    third.write(requestText(TINY));
    await third.received(/{"data":{"__typename":"Query"}}/);
    expect(await first.closed).toBe('');
    second.write(TINY.slice(800));
    await second.received(/{"data":{"__typename":"Query"}}/);
    await counted(({ requestBytes }) => requestBytes === 0);
  });

  test('rejects a request if others leave no room for it', async () => {
    graph = await startGraph({ MAX_BODY: '1000', MAX_BUFFERED_REQUESTS: '2000' });
    const held = hold(graph, () => true);
    const running = [await open(), await open()];
    for (const connection of running) connection.write(requestText(SLOW));
    await held.arrived(1);
    await counted(({ requestBytes }) => requestBytes === 1800);
    const refused = await open();
    refused.write(requestText(TINY));
    expect(await refused.received(/}$/)).toMatch(
      /^HTTP\/1.1 503 .*The server holds as many bytes of requests as it may: try again later.*RATE_LIMITED/s,
    );
    held.release();
    for (const connection of running) await connection.received(/"assistants"/);
    await counted(({ requestBytes }) => requestBytes === 0);
  });

  test('counts the messages of a WebSocket', async () => {
    graph = await startGraph({ MAX_BODY: '1000', MAX_BUFFERED_REQUESTS: '2000' });
    const held = hold(graph, () => true);
    const webSocket = new WebSocket(graph.url.replace('http', 'ws'), 'graphql-transport-ws');
    const closed = new Promise<number>((resolve) => webSocket.once('close', resolve));
    const acknowledged = new Promise((resolve) => webSocket.once('message', resolve));
    webSocket.once('open', () => webSocket.send('{"type":"connection_init"}'));
    await acknowledged;
    expect(graph.counts().requestBytes).toBe(0);
    const subscribe = (id: string) => webSocket.send(`{"id":"${id}","type":"subscribe","payload":${SLOW}}`);
    subscribe('1');
    subscribe('2');
    await counted(({ requestBytes }) => requestBytes > 1800);
    subscribe('3');
    expect(await closed).toBe(1013);
    held.release();
    await counted(({ requestBytes }) => requestBytes === 0);
  });

  test('counts what has arrived of a message of a WebSocket', async () => {
    graph = await startGraph({ MAX_BODY: '1000', MAX_BUFFERED_REQUESTS: '2000' });
    const connection = await open();
    connection.write(UPGRADE);
    await connection.received(/^HTTP\/1.1 101/);
    // The header of a text frame with 900 bytes, and a mask of zeros.
    const frame = Buffer.concat([
      Buffer.from([0x81, 0xfe, 0x03, 0x84, 0, 0, 0, 0]),
      Buffer.from('{"type":"connection_init"}'.padEnd(900)),
    ]);
    connection.socket.write(frame.subarray(0, 500));
    await counted(({ requestBytes }) => requestBytes === 500);
    connection.socket.write(Buffer.concat([frame.subarray(500), frame.subarray(0, 300)]));
    await counted(({ requestBytes }) => requestBytes === 300);
  });
});

describe('MAX_BUFFERED_RESPONSES', () => {
  const MB = 2 ** 20;
  // More than the network buffers of both sides.
  const LENGTH = 20 * 1.5 * 1.024 * MB;
  const settings = { MAX_ANSWER: String(32 * MB), MAX_BUFFERED_RESPONSES: String(33 * MB) };
  const aliases = Array.from({ length: 20 }, (_, index) => `a${index}: text`).join(' ');

  const longMessage = { role: 'user', content: '\u0001'.repeat(256_000) };

  async function start(): Promise<string> {
    graph = await startGraph(settings);
    const { id } = await callRest(graph.localUrl, '/threads', { messages: [longMessage] });
    return `{ thread(id: "${id}") { messages { nodes { ${aliases} } } } }`;
  }

  const sendUnread = async (query: string, accept = 'application/json') => {
    const connection = await open();
    connection.socket.pause();
    connection.write(requestText(JSON.stringify({ query }), { accept, connection: 'close' }));
    return connection;
  };

  test('disconnects a client that does not read, once others need the room', async () => {
    const query = await start();
    const unread = await sendUnread(query);
    await counted(({ responseBytes }) => responseBytes > 10 * MB);
    const { status, text } = await post(query);
    expect({ status, isWhole: text.length > 0.95 * LENGTH }).toEqual({ status: 200, isWhole: true });
    unread.socket.resume();
    expect((await unread.closed).length).toBeLessThan(0.95 * LENGTH);
    await counted(({ responseBytes }) => responseBytes === 0);
  });

  test('counts short responses that cannot be sent', async () => {
    graph = await startGraph();
    const messages = [{ role: 'user', content: 'x'.repeat(3_000) }];
    const { id } = await callRest(graph.localUrl, '/threads', { messages });
    const query = `{ thread(id: "${id}") { messages { nodes { ${aliases} } } } }`;
    const connection = await open();
    connection.socket.pause();
    let sent = 0;
    await poll(
      async () => {
        // Until the network buffers of both sides are full. Each query makes a call.
        if (graph.upstream.calls.length === sent) {
          connection.write(requestText(JSON.stringify({ query })).repeat(8));
          sent += 8;
        }
        return graph.counts();
      },
      ({ responseBytes }) => responseBytes > 60_000,
    );
    await connection.close();
    await counted(({ responseBytes }) => responseBytes === 0);
  });

  test.each(['application/json, text/plain, */*', 'multipart/mixed', 'text/event-stream'])(
    'counts the response to a client that accepts %s',
    async (accept) => {
      const unread = await sendUnread(await start(), accept);
      await counted(({ responseBytes }) => responseBytes > 10 * MB);
      await unread.close();
      await counted(({ responseBytes }) => responseBytes === 0);
    },
  );

  test('leaves a slow client alone while there is room', async () => {
    const query = await start();
    const slow = await sendUnread(query);
    await counted(({ responseBytes }) => responseBytes > 10 * MB);
    expect((await post('{ __typename }')).status).toBe(200);
    slow.socket.resume();
    expect((await slow.closed).length).toBeGreaterThan(0.95 * LENGTH);
    await counted(({ responseBytes }) => responseBytes === 0);
  });

  test('counts the events of a subscription', async () => {
    const query = await start();
    const { threadId, runIds } = await createWorld(graph.localUrl);
    const { id } = await callRest(graph.localUrl, `/threads/${threadId}/messages`, longMessage);
    const selection = `thread { message(id: "${id}") { ${aliases} } }`;
    const subscription = `subscription { runStatus(id: "${threadId}/${runIds[0]}") { ${selection} } }`;
    const unread = await sendUnread(subscription, 'text/event-stream');
    await counted(({ responseBytes }) => responseBytes > 10 * MB);
    expect((await post(query)).status).toBe(200);
    unread.socket.resume();
    expect((await unread.closed).length).toBeLessThan(0.95 * LENGTH);
    await counted(({ responseBytes }) => responseBytes === 0);
  });

  test('counts the messages of a WebSocket', async () => {
    const query = await start();
    const webSocket = new WebSocket(graph.url.replace('http', 'ws'), 'graphql-transport-ws');
    const closed = new Promise<number>((resolve) => webSocket.once('close', resolve));
    const acknowledged = new Promise((resolve) => webSocket.once('message', resolve));
    webSocket.once('open', () => webSocket.send('{"type":"connection_init"}'));
    await acknowledged;
    webSocket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    webSocket.pause();
    await counted(({ responseBytes }) => responseBytes > 10 * MB);
    const client = createClient({ url: graph.url.replace('http', 'ws'), webSocketImpl: WebSocket });
    const { value } = await client.iterate({ query }).next();
    await client.dispose();
    expect(Object.keys(value).sort()).toEqual(['data']);
    webSocket.resume();
    expect(await closed).toBe(1006);
    await counted(({ responseBytes }) => responseBytes === 0);
  });
});
