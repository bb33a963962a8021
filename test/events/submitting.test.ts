/** A subscription stays open while a run requires action, whoever submits its tool outputs. */
import { describe, expect, test } from 'vitest';
import { FollowEventsDocument, FollowStatusDocument } from '../generated/operations.ts';
import { createManualClock, REQUEST_MS } from '../runs/support/manual-clock.ts';
import { poll } from '../support/poll.ts';
import { callRest } from '../support/world.ts';
import {
  type Following,
  finalText,
  foreignRun,
  type RunPath,
  startFollowing,
  startRun,
  submitOutputs,
} from './support/following.ts';
import type { Turn } from './support/held-model.ts';
import { overWebSocket, transports } from './support/subscribe.ts';
import {
  allEvents,
  eventsUntil,
  isStatus,
  outline,
  type RunEvent,
  repeatedStatuses,
  statusesOf,
  textsOf,
} from './support/told.ts';

const STATUSES = ['QUEUED', 'IN_PROGRESS', 'REQUIRES_ACTION', 'QUEUED', 'IN_PROGRESS', 'COMPLETED'];

type Submit = (following: Following, run: RunPath, events: readonly RunEvent[]) => Promise<Turn>;

const here: Submit = (following, { id }, events) => submitOutputs(following, id, events);

const elsewhere: Submit = async ({ graph, model }, { threadId, runId }) => {
  const path = `/threads/${threadId}/runs/${runId}`;
  const run = await callRest(graph.localUrl, path);
  const calls = run.required_action?.submit_tool_outputs.tool_calls ?? [];
  const tool_outputs = calls.map(({ id }) => ({ tool_call_id: id, output: 'done' }));
  await callRest(graph.localUrl, `${path}/submit_tool_outputs`, { tool_outputs });
  return model.nextTurn();
};

const withStream =
  (stream: boolean): Submit =>
  (following, { id }, events) =>
    submitOutputs(following, id, events, { stream });

describe.each(transports)('over %s', (_, subscribe) => {
  test.each([
    ['here', startRun, here, {}],
    ['here, with a stream', startRun, withStream(true), {}],
    ['here, without a stream', startRun, withStream(false), {}],
    ['here, where upstream is not asked for streams', startRun, here, { UPSTREAM_STREAMING: 'off' }],
    ['here, of a run from elsewhere', foreignRun, here, {}],
    ['elsewhere', startRun, elsewhere, {}],
    ['elsewhere, of a run from elsewhere', foreignRun, elsewhere, {}],
  ])('by a submit %s', async (_, start, submit, env) => {
    const clock = createManualClock();
    const following = await startFollowing(env, { watching: { clock, limits: { requestMs: REQUEST_MS } } });
    const { graph } = following;
    const run = await start(following);
    const statuses = overWebSocket(graph.url, FollowStatusDocument, { id: run.id });
    const subscription = subscribe(graph.url, FollowEventsDocument, { id: run.id });
    const first = await eventsUntil(subscription, isStatus('IN_PROGRESS'));
    let isOver = false;
    const time = poll(
      async () => clock.advance(1_000),
      () => isOver,
    );
    run.turn.call('alpha', 'beta');
    const before = [...first, ...(await eventsUntil(subscription, isStatus('REQUIRES_ACTION')))];
    const turn = await submit(following, run, before);
    turn.write('Grüße ');
    turn.write('👋🏽');
    turn.finish();
    const events = [...before, ...(await allEvents(subscription))];
    const told = (await statuses.rest()).map(({ data }) => data?.runStatus?.status);
    isOver = true;
    await time;
    expect(Object.values(textsOf(events))).toEqual([await finalText(following, run.threadId)]);
    expect(repeatedStatuses(events)).toEqual([]);
    expectInOrder(statusesOf(events));
    expectInOrder(told);
    expect(outline(events)).toEqual(expect.arrayContaining(['RunStepDelta', 'MessageDelta']));
    await poll(
      async () => graph.counts(),
      ({ followers, subscriptions }) => followers + subscriptions === 0,
    );
  });
});

/** Polls may miss a status, but never change the order. */
function expectInOrder(statuses: readonly (string | undefined)[]): void {
  const left = [...STATUSES];
  for (const status of statuses) {
    while (left.length > 0 && left[0] !== status) left.shift();
    expect(left.shift()).toBe(status);
  }
  expect(statuses).toContain('REQUIRES_ACTION');
  expect(statuses.at(-1)).toBe('COMPLETED');
}
