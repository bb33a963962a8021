/** Whether a run is read from a stream, and that its events do not depend on it. */
import { describe, expect, test } from 'vitest';
import { CreateRunDocument, FollowEventsDocument } from '../generated/operations.ts';
import type { Graph } from '../support/graph.ts';
import type { Call } from '../support/upstream.ts';
import { callRest } from '../support/world.ts';
import { type Following, startFollowing, startRun, submitOutputs } from './support/following.ts';
import { overWebSocket } from './support/subscribe.ts';
import { allEvents, eventsUntil, isStatus, outline, textsOf } from './support/told.ts';

/** Follows a run that calls a function and writes a message, from its start. @returns how upstream was asked for streams */
async function play(following: Following, input: { stream?: boolean } = {}): Promise<unknown[]> {
  const { graph } = following;
  graph.upstream.calls.length = 0;
  const run = await startRun(following, input);
  const subscription = overWebSocket(graph.url, FollowEventsDocument, { id: run.id });
  const first = await eventsUntil(subscription, isStatus('IN_PROGRESS'));
  run.turn.call('alpha');
  const before = [...first, ...(await eventsUntil(subscription, isStatus('REQUIRES_ACTION')))];
  const turn = await submitOutputs(following, run.id, before, input);
  turn.write('Grüße');
  turn.finish();
  const events = [...before, ...(await allEvents(subscription))];
  expect(Object.values(textsOf(events))).toEqual(['Grüße']);
  expect(outline(events)).toEqual(
    expect.arrayContaining(['RunStepDelta', 'MessageDelta', 'message COMPLETED']),
  );
  expect(outline(events).at(-1)).toBe('COMPLETED');
  return streamsAskedFor(graph);
}

const isStart = ({ operation }: Call) =>
  operation === 'createThreadAndRun' || operation === 'createRun' || operation === 'submitToolOutputsToRun';

function streamsAskedFor(graph: Graph): unknown[] {
  return graph.upstream.calls.filter(isStart).map(({ body }) => JSON.parse(body).stream);
}

test('left out, the server asks for streams', async () => {
  expect(await play(await startFollowing())).toEqual([true, true]);
});

test('`stream: true` asks for streams', async () => {
  expect(await play(await startFollowing(), { stream: true })).toEqual([true, true]);
});

test('`stream: false` asks for none', async () => {
  const following = await startFollowing();
  expect(await play(following, { stream: false })).toEqual([undefined, undefined]);
});

test('with UPSTREAM_STREAMING=off no streams are asked for, whatever the mutation says', async () => {
  const following = await startFollowing({ UPSTREAM_STREAMING: 'off' });
  expect(await play(following, { stream: true })).toEqual([undefined, undefined]);
});

/** Passes the start of a run on without `stream`, and the answer, which is the run, back. */
function ignoreStream({ graph }: Following): void {
  graph.upstream.intercept = async (call, response) => {
    if (!isStart(call)) return false;
    const { stream: _, ...body } = JSON.parse(call.body);
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(await callRest(graph.localUrl, call.path, body)));
    return true;
  };
}

test('an upstream that ignores `stream` is polled', async () => {
  const following = await startFollowing();
  ignoreStream(following);
  expect(await play(following)).toEqual([true, true]);
  expect(following.graph.counts().streams).toBe(0);
});

test('an upstream that refuses `stream` is asked for none again', async () => {
  const following = await startFollowing();
  following.graph.upstream.intercept = (call, response) => {
    if (!call.body.includes('"stream":true')) return false;
    const message = 'Unrecognized request argument supplied: stream';
    response.writeHead(400).end(JSON.stringify({ error: { message, type: 'invalid_request_error' } }));
    return true;
  };
  expect(await play(following)).toEqual([true, undefined, undefined]);
  expect(await play(following, { stream: true })).toEqual([undefined, undefined]);
});

describe('createRun', () => {
  test.each([[undefined], [true], [false]])(
    'with `stream: %s` answers as soon as the run exists',
    async (stream) => {
      const { graph, model, assistantId } = await startFollowing();
      const { id: threadId } = await callRest(graph.localUrl, '/threads', {});
      const input = { threadId, assistantId, ...(stream !== undefined && { stream }) };
      const { createRun } = await graph.data(CreateRunDocument, { input });
      expect(createRun?.run.status).toBe('QUEUED');
      expect(streamsAskedFor(graph)).toEqual([stream === false ? undefined : true]);
      (await model.nextTurn()).finish();
      const events = await allEvents(
        overWebSocket(graph.url, FollowEventsDocument, { id: createRun?.run.id ?? '' }),
      );
      expect(outline(events).at(-1)).toBe('COMPLETED');
    },
  );
});
