/** A client that reconnects with the cursor of its last event misses nothing and repeats nothing. */
import { describe, expect, test } from 'vitest';
import { FollowEventsDocument, type FollowEventsSubscription } from '../generated/operations.ts';
import { insideCharacter } from '../support/cut.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import {
  type Following,
  finalText,
  type RunPath,
  startFollowing,
  startRun,
  submitOutputs,
} from './support/following.ts';
import { overWebSocket, type Subscribe, type Subscription, transports } from './support/subscribe.ts';
import {
  allEvents,
  eventIn,
  eventsUntil,
  isStatus,
  outline,
  type RunEvent,
  scalarsOf,
  textsOf,
} from './support/told.ts';

const PIECES = ['Grüße ', '👋🏽 ', 'und 日本語'];
/** Those of the pieces that are not ASCII, once in deltas and once in the completed message, and one in the arguments. */
const CHARACTERS = 15;
const STORY = [
  ...['QUEUED', 'IN_PROGRESS', 'step IN_PROGRESS', 'RunStepDelta', 'REQUIRES_ACTION'],
  ...['RunStepDelta', 'step COMPLETED', 'QUEUED', 'IN_PROGRESS', 'step IN_PROGRESS', 'message IN_PROGRESS'],
  ...['MessageDelta', 'message COMPLETED', 'step COMPLETED', 'COMPLETED'],
];

/** A run that has called a function and then written a message, as one client was told of it. */
async function endedRun(following: Following): Promise<RunPath & { events: RunEvent[] }> {
  const { turn, ...run } = await startRun(following);
  const subscription = overWebSocket(following.graph.url, FollowEventsDocument, { id: run.id });
  const first = eventIn(await subscription.next());
  turn.call('alpha');
  const before = [first, ...(await eventsUntil(subscription, isStatus('REQUIRES_ACTION')))];
  const next = await submitOutputs(following, run.id, before);
  for (const piece of PIECES) next.write(piece);
  next.finish();
  const events = [...before, ...(await allEvents(subscription))];
  expect(outline(events)).toEqual(STORY);
  return { ...run, events };
}

describe.each(transports)('over %s', (_, subscribe) => {
  test('after the end of a run, the events after any cursor are those that followed it', async () => {
    const following = await startFollowing();
    const { id, events } = await endedRun(following);
    following.graph.upstream.calls.length = 0;
    await Promise.all(
      events.map(async ({ cursor }, index) => {
        const rest = await allEvents(
          subscribe(following.graph.url, FollowEventsDocument, { id, after: cursor }),
        );
        expect(scalarsOf(rest)).toEqual(scalarsOf(events.slice(index + 1)));
      }),
    );
    expect(following.graph.upstream.calls).toEqual([]);
    expect(following.graph.counts()).toMatchObject({ followers: 0, subscriptions: 0 });
  });

  test('a client that reconnects after every event of a live run gets what another gets that stays', async () => {
    const following = await startFollowing();
    const { id, turn: first } = await startRun(following);
    const staying = overWebSocket(following.graph.url, FollowEventsDocument, { id });
    const pieces = [...PIECES];
    const events: RunEvent[] = [];
    let turn = first;
    turn.call('alpha');
    while (!events.some(isStatus('COMPLETED'))) {
      const event = await oneEvent(subscribe, following, id, events.at(-1)?.cursor);
      events.push(event);
      if (isStatus('REQUIRES_ACTION')(event)) turn = await submitOutputs(following, id, events);
      const isWriting = event.__typename === 'MessageDelta' || event.__typename === 'MessageChanged';
      if (isStatus('IN_PROGRESS')(event) && turn !== first) turn.write(pieces.shift() ?? '');
      const piece = isWriting ? pieces.shift() : undefined;
      if (piece !== undefined) turn.write(piece);
      else if (isWriting) turn.finish();
    }
    expect(scalarsOf(await allEvents(staying))).toEqual(scalarsOf(events));
    expect(outline(events)).toEqual(STORY);
  });

  test('a connection that is cut inside any character is continued after the last event', async () => {
    const following = await startFollowing();
    const { id, events } = await endedRun(following);
    const { url } = following.graph;
    await Promise.all(
      Array.from({ length: CHARACTERS }, async (_, index) => {
        const proxy = await startTcpProxy(url, insideCharacter(index));
        const before = await eventsBeforeCut(subscribe(proxy.url, FollowEventsDocument, { id }));
        const after = before.at(-1)?.cursor;
        const rest = await allEvents(subscribe(url, FollowEventsDocument, { id, ...(after && { after }) }));
        expect(rest.length).toBeGreaterThan(0);
        expect(scalarsOf([...before, ...rest])).toEqual(scalarsOf(events));
      }),
    );
  });

  test.each([
    ['an ended', true],
    ['a live', false],
  ])('after a restart of the server, %s run is told anew', async (_, hasEnded) => {
    const following = await startFollowing();
    const { graph } = following;
    const { id, threadId, turn } = await startRun(following);
    const before = overWebSocket(graph.url, FollowEventsDocument, { id });
    turn.write('Hello, ');
    const { cursor, messageId } = await firstDelta(before);
    if (hasEnded) {
      turn.finish();
      await allEvents(before);
    } else {
      before.leave();
    }
    await graph.restartServer();
    const subscription = subscribe(graph.url, FollowEventsDocument, { id, after: cursor });
    const reset = eventIn(await subscription.next());
    expect(reset).toMatchObject({
      __typename: 'RunEventsReset',
      run: { status: hasEnded ? 'COMPLETED' : 'IN_PROGRESS' },
    });
    if (!hasEnded) {
      expect((await firstDelta(subscription)).text).toBe('Hello, ');
      turn.write('world');
      turn.finish();
    }
    const rebuilt = [reset, ...(await allEvents(subscription))];
    const text = await finalText(following, threadId);
    expect(text).toBe(hasEnded ? 'Hello, ' : 'Hello, world');
    if (hasEnded) expect(textsOf(rebuilt)).toEqual({ [`${messageId}/0`]: text });
    expect(outline(rebuilt)).toEqual(
      hasEnded
        ? ['RunEventsReset', 'COMPLETED', 'step COMPLETED', 'message COMPLETED', 'MessageDelta']
        : ['RunEventsReset', 'MessageDelta', 'message COMPLETED', 'step COMPLETED', 'COMPLETED'],
    );
    expect(following.graph.counts()).toMatchObject({ followers: 0, subscriptions: 0 });
  });
});

/** The events that a client receives until its connection is lost. */
async function eventsBeforeCut(subscription: Subscription<FollowEventsSubscription>): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for (;;) {
    const result = await subscription.next().catch(() => undefined);
    if (result === undefined) return events;
    events.push(eventIn(result));
  }
}

/** The next event after a cursor, to a client that leaves then. */
async function oneEvent(
  subscribe: Subscribe,
  { graph }: Following,
  id: string,
  after: string | undefined,
): Promise<RunEvent> {
  const subscription = subscribe(graph.url, FollowEventsDocument, { id, ...(after && { after }) });
  const event = eventIn(await subscription.next());
  subscription.leave();
  return event;
}

async function firstDelta(subscription: Subscription<FollowEventsSubscription>) {
  const events = await eventsUntil(subscription, ({ __typename }) => __typename === 'MessageDelta');
  const delta = events.at(-1);
  if (delta?.__typename !== 'MessageDelta') throw new Error('Not a delta');
  return delta;
}
