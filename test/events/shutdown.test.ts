/** A stop of the server, as its clients see it. */
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { describe, expect, test } from 'vitest';
import { FollowStatusDocument } from '../generated/operations.ts';
import { hold } from '../support/hold.ts';
import { type Following, startFollowing, startRun } from './support/following.ts';
import { connect, openSocket, upgrade } from './support/raw-socket.ts';
import { requestEvents } from './support/raw-sse.ts';
import { overSse } from './support/subscribe.ts';

/** Longer than the tests may take: nothing here waits for it. */
const SHUTDOWN_MS = '60000';

const restarting = [1012, 'The server is restarting'];

async function start(env = {}): Promise<Following & { id: string; status: string }> {
  const following = await startFollowing({ SHUTDOWN_MS, ...env });
  const { id } = await startRun(following);
  return { ...following, id, status: `subscription { runStatus(id: "${id}") { status } }` };
}

test('sockets without operations, and with subscriptions only, are closed at once with 1012', async () => {
  const { graph, status } = await start();
  const idle = await connect(graph.url);
  const uninitialized = await openSocket(graph.url);
  const subscribed = await connect(graph.url);
  for (const id of ['1', '2']) {
    subscribed.subscribe(id, status);
    expect(await subscribed.next()).toMatchObject({ type: 'next', id });
  }
  await graph.stopServer();
  for (const { closed } of [idle, uninitialized, subscribed]) expect(await closed).toEqual(restarting);
  // No `complete`: the run has not ended.
  expect(subscribed.unread).toBe(0);
  expect(graph.counts()).toMatchObject({ webSockets: 0, subscriptions: 0, followers: 0, streams: 0 });
});

test.each([
  ['query', '{ assistants { nodes { id } } }', 'listAssistants'],
  ['mutation', 'mutation { createThread { thread { id } } }', 'createThread'],
])('a socket with a %s under way is closed after its result', async (_, query, operation) => {
  const { graph, status } = await start();
  const held = hold(graph, (call) => call.operation === operation);
  const socket = await connect(graph.url);
  socket.subscribe('live', status);
  await socket.next();
  socket.subscribe('slow', query);
  await held.arrived(1);
  const stopped = graph.stopServer();
  held.release();
  expect(await socket.next()).toMatchObject({ type: 'next', id: 'slow' });
  expect(await socket.next()).toMatchObject({ type: 'complete', id: 'slow' });
  expect(await socket.closed).toEqual(restarting);
  await stopped;
});

test.each([
  ['was refused', '{ nothing }', 'error'],
  ['could cost too much', '{ assistants(first: 100) { nodes { files { nodes { id } } } } }', 'complete'],
])('a socket on which an operation %s does not delay the stop', async (_, query, last) => {
  const { graph } = await start({ MAX_CALLS: '20' });
  const socket = await connect(graph.url);
  socket.subscribe('1', query);
  while ((await socket.next()).type !== last);
  await graph.stopServer();
  expect(await socket.closed).toEqual(restarting);
});

test('a socket whose client has completed its operations does not delay the stop', async () => {
  const { graph, status } = await start();
  const held = hold(graph, ({ operation }) => operation === 'listAssistants');
  const socket = await connect(graph.url);
  socket.subscribe('1', status);
  await socket.next();
  socket.subscribe('2', '{ assistants { nodes { id } } }');
  await held.arrived(1);
  for (const id of ['1', '2']) socket.send({ type: 'complete', id });
  await graph.data('{ __typename }');
  await graph.stopServer();
  held.release();
  expect(await socket.closed).toEqual(restarting);
});

test('what does not end in time is cut off: an operation, and a client that does not answer', async () => {
  const { graph } = await start({ SHUTDOWN_MS: '500' });
  const held = hold(graph, ({ operation }) => operation === 'listAssistants');
  const slow = await connect(graph.url);
  slow.subscribe('1', '{ assistants { nodes { id } } }');
  await held.arrived(1);
  const paused = await connect(graph.url);
  paused.webSocket.pause();
  const before = performance.now();
  await graph.stopServer();
  expect(performance.now() - before).toBeLessThan(5_000);
  expect((await slow.closed)[0]).toBe(1006);
  held.release();
  paused.webSocket.resume();
  await paused.closed;
});

describe('an event stream', () => {
  test('breaks at once, without `complete`', async () => {
    const { graph, id } = await start();
    const events = overSse(graph.url, FollowStatusDocument, { id });
    await events.next();
    await graph.stopServer();
    await expect(events.rest()).rejects.toThrow(/terminated|other side closed/);
  });

  test('that is about to begin does not begin', async () => {
    const { graph } = await start();
    const held = hold(graph, ({ operation }) => operation === 'getRun');
    const { response } = requestEvents(graph.url, 'subscription { runStatus(id: "some/run") { status } }');
    const isAnswered = response.then(() => true);
    await held.arrived(1);
    await graph.stopServer();
    held.release();
    expect(await Promise.race([isAnswered, false])).toBe(false);
  });
});

test('connections that have carried nothing do not delay the stop, and no others are accepted', async () => {
  const { graph } = await start();
  const { port, hostname } = new URL(graph.url);
  const unused = connectTcp(Number(port), hostname);
  const halfOpen = connectTcp({ port: Number(port), host: hostname, allowHalfOpen: true });
  await Promise.all([once(unused, 'connect'), once(halfOpen, 'connect')]);
  halfOpen.write(
    'GET /elsewhere HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  );
  expect(String((await once(halfOpen, 'data'))[0])).toMatch(/^HTTP\/1.1 404/);
  const held = hold(graph, ({ operation }) => operation === 'listAssistants');
  const query = graph.send('{ assistants { nodes { id } } }');
  await held.arrived(1);
  const stopped = graph.stopServer();
  await once(unused, 'close');
  await expect(upgrade(graph.url, {})).rejects.toThrow('ECONNREFUSED');
  held.release();
  expect((await query).errors).toEqual([]);
  await stopped;
  halfOpen.destroy();
});
