/** What many subscribers cost upstream, against what one costs. */
import { describe, expect, test } from 'vitest';
import { createManualClock, REQUEST_MS } from '../runs/support/manual-clock.ts';
import { createScript, playScripts } from '../runs/support/script.ts';
import { poll } from '../support/poll.ts';
import { type Following, startFollowing, startRun } from './support/following.ts';
import { connect, type RawSocket } from './support/raw-socket.ts';

const PER_SOCKET = 100;

/** Subscribes over several sockets, and waits for the first event of each. */
async function subscribeMany({ graph }: Following, queries: readonly string[]): Promise<RawSocket[]> {
  const groups = Array.from({ length: Math.ceil(queries.length / PER_SOCKET) }, (_, index) =>
    queries.slice(index * PER_SOCKET, (index + 1) * PER_SOCKET),
  );
  return Promise.all(
    groups.map(async (group) => {
      const socket = await connect(graph.url);
      for (const [id, query] of group.entries()) socket.subscribe(String(id), query);
      for (const _ of group) expect((await socket.next()).type).toBe('next');
      return socket;
    }),
  );
}

/** The results that each subscription of a socket gets until it completes. */
async function resultsOn(socket: RawSocket, count: number): Promise<unknown[][]> {
  const results = Array.from({ length: count }, (): unknown[] => []);
  for (let completed = 0; completed < count; ) {
    const { type, id, payload } = await socket.next();
    if (type === 'complete') completed++;
    else results[Number(id)]?.push(payload);
  }
  return results;
}

describe('a run that is polled', () => {
  /** The calls that subscribers to a run make upstream. */
  async function costOf(count: number, selection: string): Promise<string[]> {
    const clock = createManualClock();
    const following = await startFollowing({}, { watching: { clock, limits: { requestMs: REQUEST_MS } } });
    const { graph } = following;
    const script = createScript('thread_1', 'run_1');
    playScripts(graph.upstream, [script]);
    const query = `subscription { ${selection} }`;
    const sockets = await subscribeMany(following, Array(count).fill(query));
    expect(graph.counts()).toMatchObject({ watchers: 1, followers: count, subscriptions: count });
    for (const status of ['in_progress', 'in_progress', 'completed']) {
      const delay = await clock.nextPoll();
      script.run = { ...script.run, status };
      clock.advance(delay);
    }
    const results = await Promise.all(
      sockets.map((socket) => resultsOn(socket, Math.min(count, PER_SOCKET))),
    );
    const expected = results[0]?.[0];
    expect(expected).toHaveLength(2);
    for (const ofOne of results.flat()) expect(ofOne).toEqual(expected);
    expect(graph.counts()).toMatchObject({ followers: 0, subscriptions: 0, polled: 0 });
    return graph.upstream.calls.map(({ operation }) => operation ?? '');
  }

  test.each([
    ['its status', 'runStatus(id: "thread_1/run_1") { status }', ['getRun']],
    [
      'its events',
      'runEvents(id: "thread_1/run_1") { ... on RunStatusChanged { status } }',
      ['getRun', 'listRunSteps'],
    ],
  ])('and whose 1,000 subscribers want %s costs what one costs', async (_, selection, reads) => {
    const one = await costOf(1, selection);
    expect(one).toEqual([...reads, ...reads, ...reads, ...reads]);
    expect(await costOf(1_000, selection)).toEqual(one);
  });
});

/** What a socket sends in a `subscribe` message. */
interface Request {
  readonly query: string;
  readonly variables?: object;
  readonly operationName?: string;
}

describe('the selection of an event', () => {
  const document = (first: number | string, head = 'subscription') =>
    `${head} { runStatus(id: "RUN") { status steps(first: ${first}) { nodes { id } } } }`;

  /**
   * For one change of status and subscribers with these requests, how often the steps are read, and how many reads each
   * subscriber is told of: one that joins a read that is under way is told of none.
   */
  async function readsFor(requests: readonly Request[]) {
    const following = await startFollowing();
    const { id: runId, turn } = await startRun(following);
    const socket = await connect(following.graph.url, { 'x-show-upstream-calls': '1' });
    for (const [index, request] of requests.entries()) {
      const query = request.query.replaceAll('RUN', runId);
      socket.send({ type: 'subscribe', id: String(index), payload: { ...request, query } });
      expect(await socket.next()).toMatchObject({ type: 'next', id: String(index) });
    }
    following.graph.upstream.calls.length = 0;
    turn.call('alpha');
    const told: number[] = [];
    for (const _ of requests) {
      const { id, payload } = await socket.next();
      expect(payload).toMatchObject({ data: { runStatus: { status: 'REQUIRES_ACTION' } } });
      told[Number(id)] = Object(payload).extensions.upstream.calls;
    }
    return { reads: following.graph.upstream.calls.length, told };
  }

  test('is resolved once for live subscribers whose documents are equal', async () => {
    const { reads, told } = await readsFor(Array(50).fill({ query: document(1) }));
    expect(reads).toBe(1);
    expect(new Set(told)).toEqual(new Set([1]));
  });

  test('is resolved for each document, operation name and variables', async () => {
    const variable = document('$first', 'subscription ($first: Int)');
    const named = `${document(4, 'subscription A')} ${document(5, 'subscription B')}`;
    const { reads, told } = await readsFor([
      ...[{ query: document(1) }, { query: document(2) }, { query: document(1) }],
      ...[1, 3, 3].map((first) => ({ query: variable, variables: { first } })),
      ...['A', 'B', 'A'].map((operationName) => ({ query: named, operationName })),
    ]);
    // One for each size of page: equal reads that are under way at the same moment are shared, whoever asks.
    expect(reads).toBe(5);
    expect(told).toEqual([1, 1, 1, 0, 1, 1, 1, 1, 1]);
  });

  test('of a client without x-show-upstream-calls is not that of one with it', async () => {
    const following = await startFollowing();
    const { id, turn } = await startRun(following);
    const query = document(1).replace('RUN', id);
    const curious = await connect(following.graph.url, { 'x-show-upstream-calls': '1' });
    const other = await connect(following.graph.url);
    for (const socket of [curious, other]) {
      socket.subscribe('1', query);
      await socket.next();
    }
    turn.call('alpha');
    expect((await curious.next()).payload).toMatchObject({ extensions: { upstream: { calls: 1 } } });
    expect((await other.next()).payload).not.toHaveProperty('extensions');
  });

  test('is shared from the first event on by clients that continue after a cursor', async () => {
    const following = await startFollowing();
    const { graph } = following;
    const { id, turn } = await startRun(following);
    const selection = '{ cursor ... on RunStatusChanged { run { steps(first: 1) { nodes { id } } } } }';
    const params = { 'x-show-upstream-calls': '1' };
    const first = await connect(graph.url, params);
    first.subscribe('1', `subscription { runEvents(id: "${id}") ${selection} }`);
    await first.next();
    const { cursor } = Object((await first.next()).payload).data.runEvents;
    first.webSocket.close();
    const sockets = await Promise.all(Array.from({ length: 5 }, () => connect(graph.url, params)));
    for (const socket of sockets) {
      socket.subscribe('1', `subscription { runEvents(id: "${id}", after: "${cursor}") ${selection} }`);
    }
    await poll(
      async () => graph.counts(),
      ({ followers }) => followers === 5,
    );
    graph.upstream.calls.length = 0;
    turn.fail(new Error('planted'));
    for (const socket of sockets) {
      expect((await socket.next()).payload).toMatchObject({ extensions: { upstream: { calls: 1 } } });
    }
    expect(graph.upstream.calls).toHaveLength(1);
  });

  test('is shared for a second, and not kept as long as the event', async () => {
    const following = await startFollowing();
    const { graph } = following;
    const { id, turn } = await startRun(following);
    const socket = await connect(graph.url);
    socket.subscribe('1', `subscription { runStatus(id: "${id}") { status } }`);
    await socket.next();
    turn.finish();
    await socket.next();
    expect(graph.counts()).toMatchObject({ sharedEvents: 1 });
    await poll(
      async () => graph.counts(),
      ({ sharedEvents }) => sharedEvents === 0,
    );
    expect(graph.counts().logBytes).toBeGreaterThan(0);
  });

  test('is resolved anew for a client that replays the event', async () => {
    const following = await startFollowing();
    const { graph } = following;
    const { id, turn } = await startRun(following);
    turn.finish();
    const query = `subscription { runEvents(id: "${id}") { ... on RunStatusChanged { run { steps(first: 1) { nodes { id } } } } } }`;
    const socket = await connect(graph.url, { 'x-show-upstream-calls': '1' });
    const counts = () => graph.upstream.calls.filter(({ operation }) => operation === 'listRunSteps').length;
    socket.subscribe('0', query);
    const [events = []] = await resultsOn(socket, 1);
    expect(counts()).toBe(3);
    expect(events.filter((event) => Object(event).extensions.upstream.calls === 1)).toHaveLength(3);
    socket.subscribe('0', query);
    await resultsOn(socket, 1);
    expect(counts()).toBe(6);
  });
});
