/** Steps and messages that the upstream sends malformed, once or for good. */
import { beforeEach, expect, test } from 'vitest';
import type { RunLogEntry } from '../../src/runs/runs.ts';
import { collect, collectUntil, outline, textsOf } from './support/entries.ts';
import { createManualClock, type ManualClock, pollToTheEnd } from './support/manual-clock.ts';
import { type Running, startRunning } from './support/running.ts';
import {
  createScript,
  messageStep,
  playScripts,
  type Script,
  textMessage,
  toolStep,
} from './support/script.ts';
import { nextStream } from './support/scripted-stream.ts';

let clock: ManualClock;
let running: Running;
let script: Script;

beforeEach(async () => {
  clock = createManualClock();
  running = await startRunning({ clock });
  script = createScript('thread_1', 'run_1');
  playScripts(running.upstream, [script]);
});

async function pollOnce(): Promise<void> {
  clock.advance(await clock.nextPoll());
  await clock.nextPoll();
}

const textOf = (entries: readonly RunLogEntry[]) =>
  entries.flatMap(({ event }) => (event.type === 'message.delta' ? event.text : [])).join('');

test('a message that is malformed at the end of a run is read again before the end is delivered', async () => {
  script.run.status = 'in_progress';
  script.steps = [messageStep(script, 'step_1', 'msg_1')];
  script.messages = [textMessage(script, 'msg_1', 'Hel')];
  const all = collect(await running.runs.follow(script.ids));
  script.run.status = 'completed';
  script.messages = [{ ...textMessage(script, 'msg_1', 'Hello.'), content: 5 }];
  await pollOnce();
  script.messages = [textMessage(script, 'msg_1', 'Hello.')];
  await pollToTheEnd(clock, all);
  expect(textOf(await all)).toBe('Hello.');
  expect(outline(await all)).not.toContain('watch.error');
});

test('a message that is malformed when its step has ended is read again', async () => {
  script.run.status = 'in_progress';
  script.steps = [messageStep(script, 'step_1', 'msg_1', 'completed')];
  script.messages = [{ ...textMessage(script, 'msg_1', 'Hello.'), content: 5 }];
  const all = collect(await running.runs.follow(script.ids));
  await pollOnce();
  script.messages = [textMessage(script, 'msg_1', 'Hello.', 'completed')];
  script.run.status = 'completed';
  await pollToTheEnd(clock, all);
  expect(textOf(await all)).toBe('Hello.');
});

test('a message of an ended run that is malformed at first is read again', async () => {
  script.run.status = 'completed';
  script.steps = [messageStep(script, 'step_1', 'msg_1', 'completed')];
  script.messages = [{ ...textMessage(script, 'msg_1', 'Hello.'), content: 5 }];
  const { intercept } = running.upstream;
  running.upstream.intercept = async (call, response) => {
    const isDone = (await intercept?.(call, response)) ?? false;
    if (call.operation === 'getMessage')
      script.messages = [textMessage(script, 'msg_1', 'Hello.', 'completed')];
    return isDone;
  };
  const entries = await collect(await running.runs.follow(script.ids));
  expect(textOf(entries)).toBe('Hello.');
});

test('an ended run is followed after an error if one of its messages cannot be read', async () => {
  script.run.status = 'completed';
  script.steps = [messageStep(script, 'step_1', 'msg_1', 'completed')];
  script.messages = [{ ...textMessage(script, 'msg_1', 'Hello.'), content: 5 }];
  const entries = await collect(await running.runs.follow(script.ids));
  expect(outline(entries)).toEqual(['completed', 'watch.error', 'step completed']);
});

test('a step that is malformed at the end of a run is read again before the end is delivered', async () => {
  script.run.status = 'in_progress';
  const all = collect(await running.runs.follow(script.ids));
  script.run.status = 'completed';
  script.steps = [{ ...toolStep(script, 'step_1', '{}', 'completed'), status: 5 }];
  await pollOnce();
  script.steps = [toolStep(script, 'step_1', '{}', 'completed')];
  await pollToTheEnd(clock, all);
  expect(outline(await all)).toEqual(['in_progress', 'step completed', 'step.delta', 'completed']);
});

test('the end of a run is delivered after an error if one of its steps cannot be read', async () => {
  script.run.status = 'in_progress';
  const all = collect(await running.runs.follow(script.ids));
  script.run.status = 'completed';
  const [one, two] = ['step_1', 'step_2'].map((id) => toolStep(script, id, '{}', 'completed'));
  script.steps = [{ ...one, status: 5 }, { ...two }];
  await pollToTheEnd(clock, all);
  expect(outline(await all)).toEqual([
    'in_progress',
    'watch.error',
    'watch.error',
    'step completed',
    'step.delta',
    'completed',
  ]);
});

test('an ended run is followed after an error if one of its steps cannot be read', async () => {
  script.run.status = 'completed';
  const [one, two] = ['step_1', 'step_2'].map((id) => toolStep(script, id, '{}', 'completed'));
  script.steps = [{ ...one, status: 5 }, { ...two }];
  const entries = await collect(await running.runs.follow(script.ids));
  expect(outline(entries)).toEqual(['completed', 'watch.error', 'step completed', 'step.delta']);
});

test('a message that is malformed while a stream continues is read again at its end', async () => {
  script.run.status = 'requires_action';
  const opened = nextStream(running.upstream);
  const body = { tool_outputs: [{ tool_call_id: 'call_1', output: 'sunny' }] };
  const submitted = running.runs.start(running.rest, 'submitToolOutputsToRun', { ...script.ids, body });
  const stream = await opened;
  script.run.status = 'queued';
  stream.send('thread.run.queued', script.run);
  await submitted;
  script.steps = [messageStep(script, 'step_1', 'msg_1', 'completed')];
  script.messages = [{ ...textMessage(script, 'msg_1', 'Hello.'), content: 5 }];
  const follower = await running.runs.follow(script.ids);
  const entries = await collectUntil(follower, ({ type }) => type === 'step.changed');
  script.messages = [textMessage(script, 'msg_1', 'Hello.', 'completed')];
  script.run.status = 'completed';
  stream.send('thread.run.completed', script.run);
  stream.done();
  const rest = collect(follower);
  await pollToTheEnd(clock, rest);
  entries.push(...(await rest));
  expect(textsOf(entries)).toEqual({ 'msg_1/0': 'Hello.' });
  expect(outline(entries)).not.toContain('watch.error');
});
