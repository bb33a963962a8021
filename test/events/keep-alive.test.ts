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
  const graph = await start(24);
  const { webSocket } = await connect(graph.url);
  for (let pings = 0; pings < 4; pings++) await once(webSocket, 'ping');
  expect(webSocket.readyState).toBe(webSocket.OPEN);
});

test('a socket whose client sends messages but no pongs stays open', async () => {
  const graph = await start(60);
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
