/** Whenever and however a client leaves, nothing is kept for it. */
import { beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/runs/limits.ts';
import { FollowEventsDocument } from '../generated/operations.ts';
import { createManualClock, REQUEST_MS } from '../runs/support/manual-clock.ts';
import { type Held, hold } from '../support/hold.ts';
import { poll } from '../support/poll.ts';
import { type Following, foreignRun, type RunPath, startFollowing, startRun } from './support/following.ts';
import { connect, openSocket } from './support/raw-socket.ts';
import { requestEvents } from './support/raw-sse.ts';
import { startScriptedRun } from './support/scripted-run.ts';
import { overWebSocket as followOverWebSocket } from './support/subscribe.ts';
import { allEvents, textsOf } from './support/told.ts';

/** How a client leaves. */
type Leave = () => void;

/** Sends a subscription. @returns its first event, and the ways to leave */
type Begin = (
  url: string,
  query: string,
) => Promise<{
  readonly first: Promise<unknown>;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly ways: Record<string, Leave>;
}>;

const overWebSocket: Begin = async (url, query) => {
  const socket = await connect(url);
  const { webSocket } = socket;
  socket.subscribe('1', query);
  return {
    first: socket.next(),
    pause: () => webSocket.pause(),
    resume: () => webSocket.resume(),
    ways: {
      complete: () => {
        socket.send({ type: 'complete', id: '1' });
        // Otherwise the socket would stay.
        webSocket.close();
      },
      close: () => webSocket.close(),
      terminate: () => webSocket.terminate(),
    },
  };
};

const overSse: Begin = async (url, query) => {
  const { response, close, reset } = requestEvents(url, query);
  const first = new Promise<void>((resolve) => {
    void response.then((stream) => {
      let text = '';
      stream.on('error', () => undefined);
      stream.on('data', (chunk) => {
        text += chunk;
        if (text.includes('event: next')) resolve();
      });
    });
  });
  return {
    first,
    pause: () => void response.then((stream) => stream.pause()),
    resume: () => void response.then((stream) => stream.resume()),
    ways: { close, reset },
  };
};

const leaving: [name: string, begin: Begin, way: string][] = [
  ['completes over WebSocket', overWebSocket, 'complete'],
  ['closes its WebSocket', overWebSocket, 'close'],
  ['terminates its WebSocket', overWebSocket, 'terminate'],
  ['closes its event stream', overSse, 'close'],
  ['breaks its event stream', overSse, 'reset'],
];

const nobody = { webSockets: 0, subscriptions: 0, followers: 0 };

async function expectNobody({ graph }: Following): Promise<void> {
  await poll(
    async () => graph.counts(),
    ({ webSockets, subscriptions, followers }) => webSockets + subscriptions + followers === 0,
  );
  expect(graph.counts()).toMatchObject(nobody);
}

/** Timers that keep the process alive. */
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe.each(leaving)('a client that %s', (_, begin, way) => {
  let following: Following;
  let run: RunPath;
  beforeEach(async () => {
    following = await startFollowing();
  });

  async function expectTraceless(leave: Leave | undefined, before: number, held?: Held) {
    leave?.();
    await expectNobody(following);
    held?.release();
    await poll(
      async () => following.graph.counts(),
      ({ watchers }) => watchers === 1,
    );
    // By the time that another client has its response, the server has done what was due before.
    await following.graph.data('{ __typename }');
    await poll(
      async () => timers(),
      (count) => count <= before,
    );
    expect(following.graph.counts()).toMatchObject(nobody);
  }

  test('while its run is looked up', async () => {
    run = await foreignRun(following);
    const held = hold(following.graph, ({ operation }) => operation === 'getRun');
    const before = timers();
    const { ways } = await begin(
      following.graph.url,
      `subscription { runStatus(id: "${run.id}") { status } }`,
    );
    await held.arrived(1);
    await expectTraceless(ways[way], before, held);
  });

  test('while it waits for the next event', async () => {
    run = await startRun(following);
    const before = timers();
    const { first, ways } = await begin(
      following.graph.url,
      `subscription { runStatus(id: "${run.id}") { status } }`,
    );
    await first;
    expect(following.graph.counts()).toMatchObject({ subscriptions: 1, followers: 1 });
    await expectTraceless(ways[way], before);
  });

  test('while the selection of an event is read', async () => {
    run = await startRun(following);
    const held = hold(following.graph, ({ operation }) => operation === 'getAssistant');
    const before = timers();
    const { ways } = await begin(
      following.graph.url,
      `subscription { runStatus(id: "${run.id}") { assistant { name } } }`,
    );
    await held.arrived(1);
    await expectTraceless(ways[way], before, held);
  });

  test('while it reads nothing of many events', async () => {
    const { graph } = following;
    const scripted = await startScriptedRun(graph);
    const before = timers();
    const copies = Array.from({ length: 30 }, (_, index) => `copy${index}: text`).join(' ');
    const { first, pause, resume, ways } = await begin(
      graph.url,
      `subscription { runEvents(id: "${scripted.id}") { ... on MessageDelta { ${copies} } } }`,
    );
    await first;
    pause();
    scripted.setStatus('in_progress');
    scripted.beginMessage();
    for (let count = 0; count < 1_000; count++) scripted.write('x'.repeat(200));
    await graph.data('{ __typename }');
    ways[way]?.();
    // One that closes its connection in order reads what is left of it.
    if (!/terminate|reset/.test(way)) resume();
    await expectTraceless(undefined, before);
    scripted.finish();
  });

  test('of a polled run, which is polled no more after the grace time', async () => {
    const clock = createManualClock();
    following = await startFollowing({}, { watching: { clock, limits: { requestMs: REQUEST_MS } } });
    const { graph } = following;
    run = await foreignRun(following);
    const { first, ways } = await begin(graph.url, `subscription { runEvents(id: "${run.id}") { cursor } }`);
    await first;
    expect(graph.counts()).toMatchObject({ polled: 1 });
    ways[way]?.();
    await expectNobody(following);
    clock.advance(DEFAULT_LIMITS.graceMs);
    clock.advance(await clock.nextPoll());
    graph.upstream.calls.length = 0;
    expect(graph.counts()).toMatchObject({ polled: 0 });
    clock.advance(60_000);
    expect(graph.upstream.calls).toEqual([]);
  });
});

test('a client that leaves before connection_init, and one that has no operation, leave nothing behind', async () => {
  const { graph } = await startFollowing();
  const before = timers();
  const sockets = [await openSocket(graph.url), await openSocket(graph.url), await connect(graph.url)];
  expect(graph.counts()).toMatchObject({ webSockets: 3 });
  const [first, second, third] = sockets;
  first?.webSocket.terminate();
  second?.send({ type: 'connection_init' });
  second?.webSocket.terminate();
  third?.webSocket.close();
  await poll(
    async () => graph.counts(),
    ({ webSockets }) => webSockets === 0,
  );
  await poll(
    async () => timers(),
    (count) => count <= before,
  );
});

test('the stream of a run is read to its end although nobody follows it any more', async () => {
  const following = await startFollowing();
  const { graph } = following;
  const { id, turn } = await startRun(following);
  const socket = await connect(graph.url);
  socket.subscribe('1', `subscription { runEvents(id: "${id}") { cursor } }`);
  await socket.next();
  socket.webSocket.terminate();
  await expectNobody(following);
  expect(graph.counts()).toMatchObject({ streams: 1 });
  turn.write('Hello');
  turn.finish();
  await poll(
    async () => graph.counts(),
    ({ streams }) => streams === 0,
  );
  graph.upstream.calls.length = 0;
  const told = await allEvents(followOverWebSocket(graph.url, FollowEventsDocument, { id }));
  expect(Object.values(textsOf(told))).toEqual(['Hello']);
  expect(graph.upstream.calls).toEqual([]);
});
