import { expect, test } from 'vitest';
import { MAX_EVENT_LENGTH } from '../../src/rest/sse-reader.ts';
import type { RunIds, RunLogEntry } from '../../src/runs/runs.ts';
import { collect, collectUntil, outline, textsOf } from './support/entries.ts';
import { idsOf, type Running, startRunning } from './support/running.ts';
import { createScript, messageStep, playScripts, type Script, textMessage } from './support/script.ts';
import { nextStream, type ScriptedStream, textDelta } from './support/scripted-stream.ts';

let running: Running;
let script: Script;
let stream: ScriptedStream;
let ids: RunIds;
let received: Promise<RunLogEntry[]>;

const steps = (status: string) => messageStep(script, 'step_1', 'msg_1', status);
const message = (value: string, status?: string) => textMessage(script, 'msg_1', value, status);

/** Starts a run whose message is in progress: `Hel` has been streamed. */
async function startStream(options: Parameters<typeof startRunning>[0] = {}): Promise<void> {
  running = await startRunning(options);
  script = createScript('thread_1', 'run_1');
  playScripts(running.upstream, [script]);
  const opened = nextStream(running.upstream, { 'x-request-id': 'req_7' });
  const request = { thread_id: 'thread_1', body: { assistant_id: 'asst_script' } };
  const started = running.runs.start(running.rest, 'createRun', request);
  stream = await opened;
  stream.send('thread.run.created', script.run);
  ids = idsOf(await started);
  received = collect(await running.runs.follow(ids));
  script.run.status = 'in_progress';
  stream.send('thread.run.in_progress', script.run);
  stream.send('thread.run.step.created', steps('in_progress'));
  stream.send('thread.message.created', message(''));
  stream.send('thread.message.delta', textDelta('msg_1', 'Hel'));
}

/** Completes the run at upstream, but not in the stream. */
function complete(text: string): void {
  script.run.status = 'completed';
  script.steps = [steps('completed')];
  script.messages = [message(text, 'completed')];
}

/** Completes the run at upstream and in the stream. */
function sendCompletion(text: string): void {
  complete(text);
  stream.send('thread.message.completed', message(text, 'completed'));
  stream.send('thread.run.step.completed', steps('completed'));
  stream.send('thread.run.completed', script.run);
  stream.done();
}

const WHOLE = [
  'queued',
  'in_progress',
  'step in_progress',
  'message in_progress',
  'message.delta',
  'message completed',
  'step completed',
  'completed',
];

const polls = () => running.upstream.calls.filter(({ method }) => method === 'GET').length;

test('events with unknown names and comments are ignored', async () => {
  await startStream();
  stream.write(': ping\n\n');
  stream.send('thread.run.pondering', { depth: 3 });
  stream.send('thread.message.reaction', { emoji: '👍' });
  stream.send('weather.changed', { rain: true });
  stream.send('thread.message.delta', textDelta('msg_1', 'lo'));
  sendCompletion('Hello');
  expect(outline(await received)).toEqual(WHOLE);
  expect(polls()).toBe(0);
});

test.each<[string, () => void]>([
  ['a delta that is not JSON', () => stream.write('event: thread.message.delta\ndata: {"id": "msg\n\n')],
  [
    'a delta without an index',
    () => stream.send('thread.message.delta', { id: 'msg_1', delta: { content: [{}] } }),
  ],
  ['a message without an id', () => stream.send('thread.message.in_progress', { role: 'assistant' })],
  ['a run that is nothing', () => stream.send('thread.run.in_progress', null)],
])('%s is skipped, and its content is read before the end is delivered', async (_, damage) => {
  await startStream();
  damage();
  stream.send('thread.run.completed', { ...script.run, status: 'completed' });
  complete('Hello');
  stream.done();
  const entries = await received;
  expect(outline(entries)).toEqual(WHOLE);
  expect(textsOf(entries)).toEqual({ 'msg_1/0': 'Hello' });
  expect(polls()).toBe(3);
});

test('if a stream ends the run before its message and step, these are read before the end is delivered', async () => {
  await startStream();
  complete('Hello');
  stream.send('thread.run.completed', script.run);
  stream.done();
  expect(outline(await received)).toEqual(WHOLE);
});

test('events about another run or another thread are ignored', async () => {
  await startStream();
  stream.send('thread.run.failed', { ...script.run, id: 'run_2', status: 'failed' });
  stream.send('thread.run.step.failed', { ...steps('failed'), run_id: 'run_2' });
  stream.send('thread.message.created', { ...message('x'), id: 'msg_2', thread_id: 'thread_2' });
  sendCompletion('Hello');
  expect(outline(await received)).toEqual(WHOLE);
});

test('late events do not change an ended message', async () => {
  await startStream();
  stream.send('thread.message.completed', message('Hello', 'completed'));
  stream.send('thread.message.in_progress', message('Hel'));
  stream.send('thread.message.delta', textDelta('msg_1', 'Hello'));
  stream.send('thread.run.queued', { ...script.run, status: 'in_progress' });
  sendCompletion('Hello');
  const entries = await received;
  expect(outline(entries)).toEqual(WHOLE);
  expect(textsOf(entries)).toEqual({ 'msg_1/0': 'Hello' });
});

test('if the completed text differs from the streamed text, it is delivered from the first difference', async () => {
  await startStream();
  sendCompletion('Help is near');
  const entries = await received;
  expect(
    entries.flatMap(({ event }) => (event.type === 'message.delta' ? [[event.offset, event.text]] : [])),
  ).toEqual([
    [0, 'Hel'],
    [3, 'p is near'],
  ]);
});

test.each([
  ['server_error', 'stack trace of db-7.internal', 'The upstream responded with status 500'],
  ['invalid_request_error', 'Run run_1 has been deleted, test-key', 'Run run_1 has been deleted, [redacted]'],
])(
  'an error event of type %s is delivered with the request id, and the run continues',
  async (type, says, shown) => {
    await startStream();
    stream.send('error', { type, message: says, code: null, param: null });
    stream.done();
    complete('Hello');
    const entries = await received;
    expect(entries.find(({ event }) => event.type === 'watch.error')?.event).toEqual({
      type: 'watch.error',
      code: 'UPSTREAM_ERROR',
      message: shown,
      request_id: 'req_7',
      will_continue: true,
    });
    expect(outline(entries).filter((word) => word !== 'watch.error')).toEqual(
      WHOLE.flatMap((word) => (word === 'message.delta' ? [word, word] : word)),
    );
    expect(textsOf(entries)).toEqual({ 'msg_1/0': 'Hello' });
  },
);

test('an idle stream is closed, and the rest is polled', async () => {
  await startStream({ idleMs: 100 });
  complete('Hello');
  const entries = await received;
  await stream.closed;
  expect(outline(entries)).toEqual(WHOLE);
  expect(running.all.counts().streams).toBe(0);
});

test('an event over the length limit ends the stream, and the rest is polled', async () => {
  await startStream();
  const padding = (length: number) => `event: padding\ndata: ${'x'.repeat(length - 'data: '.length)}\n\n`;
  stream.write(padding(MAX_EVENT_LENGTH - 1));
  stream.send('thread.message.delta', textDelta('msg_1', 'lo'));
  const follower = await running.runs.follow(ids);
  await collectUntil(follower, (event) => event.type === 'message.delta' && event.text === 'lo');
  expect(running.all.counts().streams).toBe(1);
  complete('Hello');
  stream.write(padding(MAX_EVENT_LENGTH + 100_000));
  await stream.closed;
  expect(outline(await received)).toEqual(WHOLE);
});

test('deltas without a preceding message are delivered', async () => {
  await startStream();
  stream.send('thread.message.delta', textDelta('msg_2', 'First'));
  const second = { ...message('First', 'completed'), id: 'msg_2' };
  stream.send('thread.message.completed', second);
  sendCompletion('Hello');
  const entries = await received;
  expect(textsOf(entries)).toEqual({ 'msg_1/0': 'Hello', 'msg_2/0': 'First' });
});

test('images and parts of unknown types are delivered complete and once', async () => {
  await startStream();
  const image = { index: 1, type: 'image_file', image_file: { file_id: 'file-1' } };
  const unknown = { index: 2, type: 'hologram', depth: 3 };
  stream.send('thread.message.delta', { id: 'msg_1', delta: { content: [image, unknown] } });
  const whole = message('Hel', 'completed');
  const { index: _first, ...imagePart } = image;
  const content = [...whole.content, imagePart, unknown];
  script.run.status = 'completed';
  stream.send('thread.message.completed', { ...whole, content });
  stream.send('thread.run.step.completed', steps('completed'));
  stream.send('thread.run.completed', script.run);
  const parts = (await received).flatMap(({ event }) => (event.type === 'message.content' ? event : []));
  expect(parts).toEqual([
    { type: 'message.content', message_id: 'msg_1', index: 1, content: imagePart },
    {
      type: 'message.content',
      message_id: 'msg_1',
      index: 2,
      content: { type: 'unknown', raw_type: 'hologram', raw: unknown },
    },
  ]);
});

test('annotations are delivered once, with their delta or with the completed message', async () => {
  await startStream();
  const citation = (file_id: string) => ({
    type: 'file_citation',
    text: '[1]',
    start_index: 3,
    end_index: 6,
    file_citation: { file_id, quote: 'q' },
  });
  const delta = textDelta('msg_1', '[1]');
  const [part] = delta.delta.content;
  const annotated = { ...part, text: { value: '[1]', annotations: [{ index: 0, ...citation('file-1') }] } };
  stream.send('thread.message.delta', { ...delta, delta: { content: [annotated] } });
  const whole = message('Hel[1]', 'completed');
  const annotations = [citation('file-1'), citation('file-2')];
  const content = [{ type: 'text', text: { value: 'Hel[1]', annotations } }];
  script.run.status = 'completed';
  stream.send('thread.message.completed', { ...whole, content });
  stream.send('thread.run.step.completed', steps('completed'));
  stream.send('thread.run.completed', script.run);
  const deltas = (await received).flatMap(({ event }) => (event.type === 'message.delta' ? event : []));
  expect(deltas.map(({ offset, text, annotations: added }) => [offset, text, added])).toEqual([
    [0, 'Hel', []],
    [3, '[1]', [citation('file-1')]],
    [6, '', [citation('file-2')]],
  ]);
});
