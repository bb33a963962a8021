/** Streams, polls and writes of one run that overlap. */
import { beforeEach, expect, test } from 'vitest';
import { OutcomeUnknownError } from '../../src/rest/errors.ts';
import type { RunEvent } from '../../src/runs/events.ts';
import type { RunLogEntry } from '../../src/runs/runs.ts';
import { collect, collectUntil, outline, statusesOf, textsOf } from './support/entries.ts';
import { createManualClock, type ManualClock } from './support/manual-clock.ts';
import { type Running, startRunning } from './support/running.ts';
import {
  createScript,
  messageStep,
  playScripts,
  type Script,
  sendJson,
  textMessage,
} from './support/script.ts';
import { nextStream, type ScriptedStream, textDelta } from './support/scripted-stream.ts';

let clock: ManualClock;
let running: Running;
let script: Script;

beforeEach(async () => {
  clock = createManualClock();
  running = await startRunning({ clock });
  script = createScript('thread_1', 'run_1');
  playScripts(running.upstream, [script]);
});

const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };

function require(): void {
  script.run.status = 'requires_action';
  script.run.required_action = { type: 'submit_tool_outputs', submit_tool_outputs: { tool_calls: [call] } };
}

function proceed(status: string): void {
  script.run.status = status;
  script.run.required_action = null;
}

const body = { tool_outputs: [{ tool_call_id: 'call_1', output: 'sunny' }] };
const submit = () => running.runs.start(running.rest, 'submitToolOutputsToRun', { ...script.ids, body });

async function startStream(): Promise<ScriptedStream> {
  const opened = nextStream(running.upstream);
  const request = { thread_id: 'thread_1', body: { assistant_id: 'asst_script' } };
  const started = running.runs.start(running.rest, 'createRun', request);
  const stream = await opened;
  stream.send('thread.run.created', script.run);
  await started;
  return stream;
}

async function submitStream(): Promise<ScriptedStream> {
  const opened = nextStream(running.upstream);
  const submitted = submit();
  const stream = await opened;
  proceed('queued');
  stream.send('thread.run.queued', script.run);
  await submitted;
  return stream;
}

function finish(stream: ScriptedStream, text: string): void {
  proceed('in_progress');
  stream.send('thread.run.in_progress', script.run);
  stream.send('thread.run.step.created', messageStep(script, 'step_1', 'msg_1'));
  stream.send('thread.message.created', textMessage(script, 'msg_1', ''));
  for (const piece of text.match(/.{1,2}/g) ?? [])
    stream.send('thread.message.delta', textDelta('msg_1', piece));
  stream.send('thread.message.completed', textMessage(script, 'msg_1', text, 'completed'));
  stream.send('thread.run.step.completed', messageStep(script, 'step_1', 'msg_1', 'completed'));
  proceed('completed');
  stream.send('thread.run.completed', script.run);
  stream.done();
}

const isRequired = (event: RunEvent) => event.type === 'run.status' && event.status === 'requires_action';
const THROUGH = ['queued', 'requires_action', 'queued', 'in_progress', 'completed'];

test('the stream of a submit is read after the end of the first stream', async () => {
  const first = await startStream();
  const received = collect(await running.runs.follow(script.ids));
  const second = await submitStream();
  // The first stream delivers requires_action only after the submit.
  require();
  first.send('thread.run.requires_action', script.run);
  finish(second, 'Hello');
  const entries = await received;
  expect(statusesOf(entries)).toEqual(THROUGH);
  expect(textsOf(entries)).toEqual({ 'msg_1/0': 'Hello' });
  await first.closed;
  expect(running.all.counts().streams).toBe(0);
});

test('a first stream that does not end is closed after a second', async () => {
  const first = await startStream();
  const received = collect(await running.runs.follow(script.ids));
  const second = await submitStream();
  clock.advance(1000);
  await first.closed;
  finish(second, 'Hello');
  expect(textsOf(await received)).toEqual({ 'msg_1/0': 'Hello' });
});

test('a late stream repeats nothing that polls have delivered', async () => {
  require();
  script.steps = [];
  const follower = await running.runs.follow(script.ids);
  const entries: RunLogEntry[] = await collectUntil(follower, isRequired);
  const opened = nextStream(running.upstream);
  const submitted = submit();
  const stream = await opened;
  // Upstream continues at once, but a proxy delays the stream.
  proceed('in_progress');
  script.steps = [messageStep(script, 'step_1', 'msg_1')];
  script.messages = [textMessage(script, 'msg_1', 'Hell')];
  clock.advance(await clock.nextPoll());
  entries.push(...(await collectUntil(follower, ({ type }) => type === 'message.delta')));
  stream.send('thread.run.queued', { ...script.run, status: 'queued' });
  await submitted;
  finish(stream, 'Hello');
  entries.push(...(await collect(follower)));
  expect(outline(entries)).toEqual([
    'requires_action',
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
    [0, 'Hell'],
    [4, 'o'],
  ]);
});

test('a run that is followed before its stream names it is delivered once', async () => {
  const opened = nextStream(running.upstream);
  const request = { thread_id: 'thread_1', body: { assistant_id: 'asst_script' } };
  const started = running.runs.start(running.rest, 'createRun', request);
  const stream = await opened;
  proceed('in_progress');
  script.steps = [messageStep(script, 'step_1', 'msg_1')];
  script.messages = [textMessage(script, 'msg_1', 'Hel')];
  const received = collect(await running.runs.follow(script.ids));
  stream.send('thread.run.created', { ...script.run, status: 'queued' });
  await started;
  expect(running.all.counts()).toMatchObject({ watchers: 1, streams: 1, polled: 0 });
  finish(stream, 'Hello');
  const entries = await received;
  expect(statusesOf(entries)).toEqual(['in_progress', 'completed']);
  expect(textsOf(entries)).toEqual({ 'msg_1/0': 'Hello' });
});

test('content from before the first stream of a run is read while the stream continues', async () => {
  require();
  const stream = await submitStream();
  script.steps = [
    messageStep(script, 'step_0', 'msg_0', 'completed'),
    messageStep(script, 'step_1', 'msg_1'),
  ];
  script.messages = [
    textMessage(script, 'msg_0', 'Let me see', 'completed'),
    textMessage(script, 'msg_1', 'He'),
  ];
  const follower = await running.runs.follow(script.ids);
  const entries = await collectUntil(follower, (event) => event.type === 'message.delta');
  finish(stream, 'Hello');
  entries.push(...(await collect(follower)));
  expect(textsOf(entries)).toEqual({ 'msg_0/0': 'Let me see', 'msg_1/0': 'Hello' });
  expect(statusesOf(entries)).toEqual(['queued', 'in_progress', 'completed']);
});

test('a failed submit is followed by a poll, because it may have been accepted', async () => {
  require();
  await running.runs.followStatus(script.ids);
  expect(await clock.nextPoll()).toBe(5000);
  const { intercept } = running.upstream;
  running.upstream.intercept = (call, response) => {
    if (call.method !== 'POST') return intercept?.(call, response) ?? false;
    sendJson(response, 500, {});
    return true;
  };
  await expect(submit()).rejects.toBeInstanceOf(OutcomeUnknownError);
  expect(await clock.nextPoll()).toBe(250);
});

test('if the stream of a submit breaks before it names the run, the run is read and polled', async () => {
  require();
  const received = collect(await running.runs.follow(script.ids));
  const opened = nextStream(running.upstream);
  const submitted = submit();
  const stream = await opened;
  proceed('in_progress');
  stream.send('thread.run.step.completed', messageStep(script, 'step_0', 'msg_0', 'completed'));
  stream.cut();
  expect(await submitted).toMatchObject({ id: 'run_1', status: 'in_progress' });
  proceed('completed');
  expect(await clock.nextPoll()).toBe(250);
  clock.advance(250);
  expect(statusesOf(await received)).toEqual(['requires_action', 'in_progress', 'completed']);
});

test('a stream is closed when the run should have expired', async () => {
  const stream = await startStream();
  const received = collect(await running.runs.follow(script.ids));
  proceed('expired');
  clock.advance(610_001);
  await stream.closed;
  expect(statusesOf(await received)).toEqual(['queued', 'expired']);
});

test('a cancelled polled run is delivered at once, and polled soon', async () => {
  proceed('in_progress');
  const follower = await running.runs.follow(script.ids);
  const received = collect(follower);
  for (let polls = 0; polls < 8; polls++) {
    clock.advance(await clock.nextPoll());
    await clock.nextPoll();
  }
  running.upstream.intercept = ((before) => (call, response) => {
    if (call.operation !== 'cancelRun') return before?.(call, response) ?? false;
    proceed('cancelling');
    sendJson(response, 200, script.run);
    return true;
  })(running.upstream.intercept);
  running.runs.observe(await running.rest.call('cancelRun', { ...script.ids }));
  expect(running.runs.latest(script.ids)?.run.status).toBe('cancelling');
  expect(await clock.nextPoll()).toBe(250);
  proceed('cancelled');
  clock.advance(250);
  expect(statusesOf(await received)).toEqual(['in_progress', 'cancelling', 'cancelled']);
});
