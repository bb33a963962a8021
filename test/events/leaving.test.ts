/** Whenever and however a client leaves, nothing is kept for it. */
import { beforeEach, describe, expect, test } from 'vitest';
import { type Held, hold } from '../support/hold.ts';
import { poll } from '../support/poll.ts';
import { type Following, foreignRun, type RunPath, startFollowing, startRun } from './support/following.ts';
import { connect } from './support/raw-socket.ts';
import { requestEvents } from './support/raw-sse.ts';

/** How a client leaves. */
type Leave = () => void;

/** Sends a subscription. @returns its first event, and the ways to leave */
type Begin = (
  url: string,
  query: string,
) => Promise<{
  readonly first: Promise<unknown>;
  readonly pause: () => void;
  readonly ways: Record<string, Leave>;
}>;

const overWebSocket: Begin = async (url, query) => {
  const socket = await connect(url);
  const { webSocket } = socket;
  socket.subscribe('1', query);
  return {
    first: socket.next(),
    pause: () => webSocket.pause(),
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
  return { first, pause: () => void response.then((stream) => stream.pause()), ways: { close, reset } };
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
});
