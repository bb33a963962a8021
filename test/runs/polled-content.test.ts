import { beforeEach, expect, test } from 'vitest';
import { collect, outline, statusesOf, textsOf } from './support/entries.ts';
import { createManualClock, type ManualClock } from './support/manual-clock.ts';
import { type Running, startRunning } from './support/running.ts';
import {
  createScript,
  messageStep,
  playScripts,
  type Script,
  textMessage,
  toolStep,
} from './support/script.ts';

let clock: ManualClock;
let running: Running;
let script: Script;

beforeEach(async () => {
  clock = createManualClock();
  running = await startRunning({ clock });
  script = createScript('thread_1', 'run_1');
  playScripts(running.upstream, [script]);
});

/** Changes what upstream returns, and polls once. */
async function show(
  change: Partial<Pick<Script, 'steps' | 'messages'>> & { status?: string },
): Promise<void> {
  const { status, ...content } = change;
  Object.assign(script, content);
  if (status !== undefined) script.run.status = status;
  clock.advance(await clock.nextPoll());
  if (!['completed', 'failed'].includes(String(script.run.status))) await clock.nextPoll();
}

const operations = () => running.upstream.calls.splice(0).map(({ operation }) => operation);

test('the text of a polled run is delivered as it grows, each piece once', async () => {
  const all = collect(await running.runs.follow(script.ids));
  const step = messageStep(script, 'step_1', 'msg_1');
  await show({ status: 'in_progress', steps: [step], messages: [textMessage(script, 'msg_1', '')] });
  await show({ messages: [textMessage(script, 'msg_1', 'Grü')] });
  await show({ messages: [textMessage(script, 'msg_1', 'Grüße 👋')] });
  await show({});
  await show({
    status: 'completed',
    steps: [{ ...step, status: 'completed' }],
    messages: [textMessage(script, 'msg_1', 'Grüße 👋!', 'completed')],
  });
  const entries = await all;
  expect(outline(entries)).toEqual([
    'queued',
    'in_progress',
    'step in_progress',
    'message in_progress',
    'message.delta',
    'message completed',
    'step completed',
    'completed',
  ]);
  const deltas = entries.flatMap(({ event }) =>
    event.type === 'message.delta' ? [[event.offset, event.text]] : [],
  );
  expect(deltas).toEqual([
    [0, 'Grü'],
    [3, 'ße 👋'],
    [8, '!'],
  ]);
  expect(textsOf(entries)).toEqual({ 'msg_1/0': 'Grüße 👋!' });
});

test('replaced text is delivered from the first difference, never from inside a character', async () => {
  const all = collect(await running.runs.follow(script.ids));
  const step = messageStep(script, 'step_1', 'msg_1');
  await show({
    status: 'in_progress',
    steps: [step],
    messages: [textMessage(script, 'msg_1', 'I see 👍 and more')],
  });
  // A shorter text of a message in progress is ignored.
  await show({ messages: [textMessage(script, 'msg_1', 'I see')] });
  await show({ messages: [textMessage(script, 'msg_1', 'I see 👎')] });
  await show({
    status: 'completed',
    steps: [{ ...step, status: 'completed' }],
    messages: [textMessage(script, 'msg_1', 'I see', 'completed')],
  });
  const entries = await all;
  const deltas = entries.flatMap(({ event }) =>
    event.type === 'message.delta' ? [[event.offset, event.text]] : [],
  );
  expect(deltas).toEqual([
    [0, 'I see 👍 and more'],
    [6, '👎'],
    [5, ''],
  ]);
  expect(textsOf(entries)).toEqual({ 'msg_1/0': 'I see' });
});

test('a poll reads steps only while the run is in progress, and a message only while its step is', async () => {
  await running.runs.follow(script.ids);
  expect(operations()).toEqual(['getRun', 'listRunSteps']);
  await show({});
  expect(operations()).toEqual(['getRun']);
  const step = messageStep(script, 'step_1', 'msg_1');
  await show({ status: 'in_progress', steps: [step], messages: [textMessage(script, 'msg_1', 'a')] });
  expect(operations()).toEqual(['getRun', 'listRunSteps', 'getMessage']);
  // Without a status, it is read once more after its step has ended.
  const message = { ...textMessage(script, 'msg_1', 'ab'), status: null };
  await show({ steps: [{ ...step, status: 'completed' }], messages: [message] });
  expect(operations()).toEqual(['getRun', 'listRunSteps', 'getMessage']);
  await show({});
  expect(operations()).toEqual(['getRun', 'listRunSteps']);
  await show({ status: 'requires_action' });
  expect(operations()).toEqual(['getRun', 'listRunSteps']);
  await show({});
  expect(operations()).toEqual(['getRun']);
});

test('several messages are read with one list request, and those missing from it one by one', async () => {
  const names = ['msg_1', 'msg_2', 'msg_3', 'msg_4'];
  script.run.status = 'completed';
  script.steps = names.map((name) => messageStep(script, `step_${name}`, name, 'completed'));
  script.messages = names.map((name) => textMessage(script, name, `text of ${name}`, 'completed'));
  const { intercept } = running.upstream;
  running.upstream.intercept = (call, response) => {
    const listed = script.messages;
    if (call.operation === 'listMessages') script.messages = listed.slice(1);
    const done = intercept?.(call, response) ?? false;
    script.messages = listed;
    return done;
  };
  const entries = await collect(await running.runs.follow(script.ids));
  expect(operations()).toEqual(['getRun', 'listRunSteps', 'listMessages', 'getMessage']);
  expect(textsOf(entries)).toEqual(Object.fromEntries(names.map((name) => [`${name}/0`, `text of ${name}`])));
});

test('the log of a run that was started elsewhere begins with a snapshot', async () => {
  script.run.status = 'requires_action';
  script.steps = [messageStep(script, 'step_1', 'msg_1', 'completed'), toolStep(script, 'step_2', '{"a":1}')];
  script.messages = [textMessage(script, 'msg_1', 'Let me see', 'completed')];
  const entries = await running.runs.follow(script.ids);
  const all = collect(entries);
  script.run.status = 'failed';
  clock.advance(await clock.nextPoll());
  const received = await all;
  expect(outline(received)).toEqual([
    'requires_action',
    'step completed',
    'message completed',
    'message.delta',
    'step in_progress',
    'step.delta',
    'failed',
  ]);
  expect(received[5]?.event).toMatchObject({
    step_id: 'step_2',
    tool_calls: [
      { index: 0, type: 'function', id: 'call_step_2', name: 'f', offset: 0, arguments: '{"a":1}' },
    ],
  });
});

test('arguments and outputs of tool calls are delivered as they grow', async () => {
  const all = collect(await running.runs.follow(script.ids));
  await show({ status: 'in_progress', steps: [toolStep(script, 'step_1', '{"a')] });
  await show({ status: 'requires_action', steps: [toolStep(script, 'step_1', '{"a":1}')] });
  const done = toolStep(script, 'step_1', '{"a":1}', 'completed');
  const [call] = done.step_details.tool_calls;
  const answered = { ...call, function: { ...call?.function, output: 'sunny' } };
  const steps = [{ ...done, step_details: { type: 'tool_calls', tool_calls: [answered] } }];
  await show({ status: 'completed', steps });
  const calls = (await all).flatMap(({ event }) => (event.type === 'step.delta' ? event.tool_calls : []));
  const known = { index: 0, type: 'function', id: 'call_step_1', name: 'f' };
  expect(calls).toEqual([
    { ...known, offset: 0, arguments: '{"a', output: null },
    { ...known, offset: 3, arguments: '":1}', output: null },
    { ...known, offset: 7, arguments: null, output: 'sunny' },
  ]);
});

test('events can be followed after a run has ended whose statuses only were followed', async () => {
  const statuses = await running.runs.followStatus(script.ids);
  script.run.status = 'in_progress';
  clock.advance(await clock.nextPoll());
  expect((await statuses.next()).value?.status).toBe('queued');
  expect((await statuses.next()).value?.status).toBe('in_progress');
  script.run.status = 'completed';
  script.steps = [messageStep(script, 'step_1', 'msg_1', 'completed')];
  script.messages = [textMessage(script, 'msg_1', 'Done', 'completed')];
  clock.advance(await clock.nextPoll());
  expect((await statuses.next()).value?.status).toBe('completed');
  expect((await statuses.next()).done).toBe(true);
  expect(operations()).toEqual(['getRun', 'getRun', 'getRun']);
  const entries = await collect(await running.runs.follow(script.ids));
  expect(statusesOf(entries)).toEqual(['queued', 'in_progress', 'completed']);
  expect(outline(entries).slice(-2)).toEqual(['message.delta', 'completed']);
  expect(operations()).toEqual(['listRunSteps', 'getMessage']);
});

test('steps missed while only statuses were followed are delivered when events are followed again', async () => {
  script.run.status = 'in_progress';
  const first = await running.runs.follow(script.ids);
  await running.runs.followStatus(script.ids);
  const { value } = await first.next();
  await first.return?.();
  await show({ status: 'requires_action', steps: [toolStep(script, 'step_1', '{}')] });
  await show({});
  const follower = await running.runs.follow(script.ids, { after: value?.cursor });
  await show({});
  await show({ status: 'completed', steps: [toolStep(script, 'step_1', '{}', 'completed')] });
  expect(outline(await collect(follower))).toEqual([
    'requires_action',
    'step in_progress',
    'step.delta',
    'step completed',
    'completed',
  ]);
});

test('if a cancel ends the run at once, the content is delivered before the end', async () => {
  const step = messageStep(script, 'step_1', 'msg_1');
  script.run.status = 'in_progress';
  script.steps = [step];
  script.messages = [textMessage(script, 'msg_1', 'Hel')];
  const received = collect(await running.runs.follow(script.ids));
  script.run.status = 'cancelled';
  script.steps = [{ ...step, status: 'cancelled' }];
  script.messages = [textMessage(script, 'msg_1', 'Hello', 'incomplete')];
  running.runs.observe(await running.rest.call('getRun', { ...script.ids }));
  clock.advance(await clock.nextPoll());
  expect(outline(await received).slice(-4)).toEqual([
    'message.delta',
    'message incomplete',
    'step cancelled',
    'cancelled',
  ]);
});
