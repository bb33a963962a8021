import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { startGraph } from '../support/graph.ts';
import { poll } from '../support/poll.ts';
import { connect } from './support/raw-socket.ts';

async function start(keepAliveMs: number) {
  const graph = await startGraph({}, { keepAliveMs });
  onTestFinished(() => graph.close());
  return graph;
}

test('a socket whose client answers pings stays open', async () => {
  const graph = await start(200);
  const { webSocket } = await connect(graph.url);
  for (let pings = 0; pings < 4; pings++) await once(webSocket, 'ping');
  expect(webSocket.readyState).toBe(webSocket.OPEN);
});

test('a socket whose client sends messages but no pongs stays open', async () => {
  const graph = await start(200);
  const socket = await connect(graph.url, undefined, { autoPong: false });
  for (let pings = 0; pings < 4; pings++) {
    socket.send({ type: 'ping' });
    await once(socket.webSocket, 'ping');
  }
  expect(socket.webSocket.readyState).toBe(socket.webSocket.OPEN);
});

test('a socket whose client does not answer a ping is terminated', async () => {
  const graph = await start(24);
  const socket = await connect(graph.url, undefined, { autoPong: false });
  expect(await socket.closed).toEqual([1006, '']);
  await poll(
    async () => graph.counts().webSockets,
    (count) => count === 0,
  );
});

/** Fulfilled when another client has been pinged so many times. */
async function pings(url: string, count: number): Promise<void> {
  const { webSocket } = await connect(url);
  for (let seen = 0; seen < count; seen++) await once(webSocket, 'ping');
  webSocket.close();
}

test('a client that reads slowly has time, and one that reads nothing is terminated in the end', async () => {
  const graph = await start(200);
  const slow = await connect(graph.url);
  const dead = await connect(graph.url);
  for (const { webSocket } of [slow, dead]) webSocket.pause();
  // More than the system takes for a client that does not read.
  const filler = 'x'.repeat(30_000);
  for (let count = 0; count < 500; count++) {
    for (const socket of [slow, dead]) socket.send({ type: 'ping', payload: { filler } });
  }
  await pings(graph.url, 5);
  slow.webSocket.resume();
  for (let count = 0; count < 500; count++) expect((await slow.next()).type).toBe('pong');
  await pings(graph.url, 11);
  await poll(
    async () => graph.counts(),
    ({ webSockets }) => webSockets === 1,
  );
  expect(slow.webSocket.readyState).toBe(slow.webSocket.OPEN);
});
