/** What a client, or many, can make the server keep. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { FollowEventsDocument, FollowStatusDocument } from '../generated/operations.ts';
import { poll } from '../support/poll.ts';
import { foreignRun, startFollowing, startRun } from './support/following.ts';
import { connect } from './support/raw-socket.ts';
import { startScriptedRun } from './support/scripted-run.ts';
import { overWebSocket, transports } from './support/subscribe.ts';
import { allEvents, statusesOf } from './support/told.ts';

const MB = 1024 * 1024;

/** Bytes of live objects. */
function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test('a paused socket holds a few messages for each subscription, and loses no text and no status', async () => {
  const { graph } = await startFollowing();
  const run = await startScriptedRun(graph);
  const socket = await connect(graph.url);
  const copies = Array.from({ length: 20 }, (_, index) => `copy${index}: text`).join(' ');
  const ids = Array.from({ length: 20 }, (_, index) => String(index));
  for (const id of ids) {
    socket.subscribe(
      id,
      `subscription S${id} { runEvents(id: "${run.id}") { ... on RunStatusChanged { status } ... on MessageDelta { offset text ${copies} } } }`,
    );
  }
  for (const _ of ids) expect(await socket.next()).toMatchObject({ type: 'next' });
  socket.webSocket.pause();
  const before = usedHeap();
  run.setStatus('in_progress');
  run.beginMessage();
  for (let count = 0; count < 3_000; count++) run.write('x'.repeat(200));
  run.finish();
  await poll(
    async () => graph.counts(),
    ({ streams }) => streams === 0,
  );
  // Some 270 MB would wait for this client if all were sent.
  expect(usedHeap() - before).toBeLessThan(100 * MB);
  socket.webSocket.resume();
  const texts = new Map<string, string>();
  const statuses = new Map<string, string>();
  let deltas = 0;
  for (let completed = 0; completed < ids.length; ) {
    const { type, id = '', payload } = await socket.next();
    if (type === 'complete') completed++;
    const { offset, text, status } = Object(payload).data?.runEvents ?? {};
    if (status !== undefined) statuses.set(id, status);
    if (text === undefined) continue;
    deltas++;
    texts.set(id, (texts.get(id) ?? '').slice(0, offset) + text);
  }
  expect([...texts.values()].every((text) => text === 'x'.repeat(600_000))).toBe(true);
  expect([...statuses.values()]).toEqual(ids.map(() => 'COMPLETED'));
  expect(deltas).toBeLessThan((3_000 * ids.length) / 2);
});

test('pings that a client sends without reading the answers are not answered in memory', async () => {
  const { graph } = await startFollowing();
  const socket = await connect(graph.url);
  socket.webSocket.pause();
  const payload = { filler: 'x'.repeat(100_000) };
  let sent = 0;
  // Until the server reads no more.
  while (socket.webSocket.bufferedAmount < 20 * MB && sent < 2_000) {
    for (let count = 0; count < 20; count++, sent++) socket.send({ type: 'ping', payload });
    await graph.data('{ __typename }');
  }
  expect(socket.webSocket.bufferedAmount).toBeGreaterThan(20 * MB);
  socket.webSocket.resume();
  for (let count = 0; count < sent; count++) expect((await socket.next()).type).toBe('pong');
});

describe('operations of one socket', () => {
  test('may be as many as the limit, queries among them', async () => {
    const following = await startFollowing({ MAX_SOCKET_OPERATIONS: '2' });
    const { graph } = following;
    const { id } = await startRun(following);
    const socket = await connect(graph.url);
    for (const name of ['1', '2', '3']) {
      socket.subscribe(name, `subscription { runStatus(id: "${id}") { status } }`);
      expect(await socket.next()).toMatchObject({ type: name === '3' ? 'error' : 'next', id: name });
    }
    socket.subscribe('4', '{ __typename }');
    expect(await socket.next()).toMatchObject({ type: 'error', id: '4' });
    socket.send({ type: 'complete', id: '1' });
    socket.subscribe('5', '{ __typename }');
    expect(await socket.next()).toMatchObject({ type: 'next', id: '5' });
    const other = await connect(graph.url);
    other.subscribe('1', '{ __typename }');
    expect(await other.next()).toMatchObject({ type: 'next', id: '1' });
  });
});

describe.each(transports)('subscriptions of one client identity over %s', (_, subscribe) => {
  test('may be as many as the limit', async () => {
    const following = await startFollowing({ MAX_SUBSCRIPTIONS: '2' });
    const { graph } = following;
    const { id, turn } = await startRun(following);
    const first = subscribe(graph.url, FollowStatusDocument, { id });
    const second = overWebSocket(graph.url, FollowStatusDocument, { id });
    await Promise.all([first.next(), second.next()]);
    graph.upstream.calls.length = 0;
    expect(await subscribe(graph.url, FollowEventsDocument, { id: 'unseen/run' }).rest()).toMatchObject([
      {
        errors: [
          {
            message: expect.stringContaining('At most 2 subscriptions'),
            extensions: { code: 'RATE_LIMITED' },
          },
        ],
      },
    ]);
    expect(graph.upstream.calls).toEqual([]);
    expect(await graph.data('{ __typename }')).toEqual({ __typename: 'Query' });
    first.leave();
    await poll(
      async () => graph.counts(),
      ({ subscriptions }) => subscriptions === 1,
    );
    const third = subscribe(graph.url, FollowStatusDocument, { id });
    expect((await third.next()).errors).toBeUndefined();
    turn.finish();
    await Promise.all([second.rest(), third.rest()]);
    expect(graph.counts().subscriptions).toBe(0);
  });
});

test('a subscription that does not start does not count', async () => {
  const { graph } = await startFollowing({ MAX_SUBSCRIPTIONS: '1' });
  for (let count = 0; count < 3; count++) {
    const [result] = await overWebSocket(graph.url, FollowStatusDocument, { id: 'no/run' }).rest();
    expect(result?.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  }
});

test('live runs past the limit of streams are polled', async () => {
  const following = await startFollowing({ UPSTREAM_STREAMS: '1' });
  const { graph } = following;
  const streamed = await startRun(following);
  const polled = await startRun(following);
  expect(graph.counts().streams).toBe(1);
  const starts = graph.upstream.calls.filter(({ operation }) => operation === 'createThreadAndRun');
  expect(starts.map(({ body }) => JSON.parse(body).stream)).toEqual([true, undefined]);
  const told = [streamed, polled].map(({ id }) =>
    allEvents(overWebSocket(graph.url, FollowEventsDocument, { id })),
  );
  await poll(
    async () => graph.counts(),
    (counts) => counts.polled === 1 && counts.followers === 2,
  );
  for (const { turn } of [streamed, polled]) {
    turn.write('Hello');
    turn.finish();
  }
  for (const events of await Promise.all(told)) expect(statusesOf(events).at(-1)).toBe('COMPLETED');
  const third = await startRun(following);
  expect(graph.counts().streams).toBe(1);
  third.turn.finish();
  await foreignRun(following);
});
