import { expect, test } from 'vitest';
import { HttpStatusError, OutcomeUnknownError } from '../../src/rest/errors.ts';
import type { Interception } from '../support/upstream.ts';
import { collect, textsOf } from './support/entries.ts';
import { idsOf, type Running, type RunningOptions, startRun, startRunning } from './support/running.ts';
import { sendJson } from './support/script.ts';
import { nextStream } from './support/scripted-stream.ts';

const isStreamRequest = ({ body }: { body: string }) => body.includes('"stream":true');

/** How createRun was called since the last call of this function. */
const attempts = ({ upstream }: Running) =>
  upstream.calls
    .splice(0)
    .filter(({ operation }) => operation === 'createRun')
    .map((call) => (isStreamRequest(call) ? 'streamed' : 'plain'));

async function startRefusing(
  refuse: (response: Parameters<Interception>[1]) => void,
  options: RunningOptions = {},
): Promise<Running> {
  const running = await startRunning(options);
  running.upstream.intercept = (call, response) => {
    if (!isStreamRequest(call)) return false;
    refuse(response);
    return true;
  };
  return running;
}

async function expectWholeText(running: Running, ids: { thread_id: string; run_id: string }): Promise<void> {
  const entries = await collect(await running.runs.follow(ids));
  expect(Object.values(textsOf(entries))).toEqual([expect.stringContaining('You said: Hello')]);
}

const error = (message: string, param?: string) => ({
  error: { message, type: 'invalid_request_error', param },
});

test.each([
  ['names it as the parameter', 400, error('Unrecognized argument', 'stream')],
  ['names it in its message', 400, error('This server does not support streaming.')],
  ['says so with another status', 422, error('Extra fields are not permitted: stream')],
])(
  'if upstream rejects stream and %s, requests are sent without it from then on',
  async (_, status, body) => {
    const running = await startRefusing((response) => sendJson(response, status, body));
    await expectWholeText(running, await startRun(running, 'Hello'));
    expect(attempts(running)).toEqual(['streamed', 'plain']);
    await expectWholeText(running, await startRun(running, 'Hello'));
    expect(attempts(running)).toEqual(['plain']);
    expect(running.all.counts().streams).toBe(0);
  },
);

test('a 400 for another reason is thrown, and later requests still ask for a stream', async () => {
  const running = await startRefusing((response) =>
    sendJson(response, 400, error('No such assistant: asst_stream_1')),
  );
  await expect(startRun(running, 'Hello')).rejects.toBeInstanceOf(HttpStatusError);
  await expect(startRun(running, 'Hello')).rejects.toMatchObject({
    message: 'No such assistant: asst_stream_1',
  });
  expect(attempts(running)).toEqual(['streamed', 'streamed']);
  expect(running.all.counts()).toMatchObject({ watchers: 0, streams: 0 });
});

test('a rejection is not remembered if the request without stream is rejected too', async () => {
  const running = await startRunning();
  running.upstream.intercept = (call, response) => {
    if (call.operation !== 'createRun') return false;
    sendJson(response, 400, error('Bad stream'));
    return true;
  };
  await expect(startRun(running, 'Hello')).rejects.toBeInstanceOf(HttpStatusError);
  running.upstream.intercept = undefined;
  await expectWholeText(running, await startRun(running, 'Hello'));
  expect(attempts(running)).toEqual(['streamed', 'plain', 'streamed']);
});

test('if upstream ignores stream and responds with the run, the run is polled', async () => {
  const running = await startRunning();
  const { rest, upstream, assistantId, newThread, runs } = running;
  const thread_id = await newThread('Hello');
  const body = { assistant_id: assistantId };
  upstream.intercept = async (call, response) => {
    if (!isStreamRequest(call)) return false;
    sendJson(response, 200, await rest.call('createRun', { thread_id, body }));
    return true;
  };
  const run = await runs.start(rest, 'createRun', { thread_id, body });
  expect(running.all.counts()).toMatchObject({ watchers: 1, streams: 0 });
  await expectWholeText(running, idsOf(run));
});

test('if streaming is off, or not wanted for a run, the request has no stream', async () => {
  const off = await startRunning({ streaming: false });
  await expectWholeText(off, await startRun(off, 'Hello'));
  expect(attempts(off)).toEqual(['plain']);
  const on = await startRunning();
  const request = { thread_id: await on.newThread('Hello'), body: { assistant_id: on.assistantId } };
  const run = await on.runs.start(on.rest, 'createRun', request, { stream: false });
  await expectWholeText(on, idsOf(run));
  expect(attempts(on)).toEqual(['plain']);
});

test('at the maximum number of streams, runs are created without one until a stream has ended', async () => {
  const running = await startRunning({ maxStreams: 2, tokenMs: 5 });
  const says = 'Hello';
  const first = [await startRun(running, says), await startRun(running, says)];
  expect(running.all.counts().streams).toBe(2);
  await startRun(running, says);
  expect(running.all.counts()).toMatchObject({ watchers: 3, streams: 2 });
  expect(attempts(running)).toEqual(['streamed', 'streamed', 'plain']);
  await Promise.all(first.map((ids) => expectWholeText(running, ids)));
  expect(running.all.counts().streams).toBe(0);
  await startRun(running, says);
  expect(attempts(running)).toEqual(['streamed']);
});

test('a write with stream is retried if it cannot have been accepted', async () => {
  let count = 0;
  const running = await startRunning();
  running.upstream.intercept = (call, response) => {
    if (!isStreamRequest(call) || ++count > 2) return false;
    sendJson(response, count === 1 ? 429 : 503, error('Later'), { 'retry-after-ms': '1' });
    return true;
  };
  await expectWholeText(running, await startRun(running, 'Hello'));
  expect(attempts(running)).toEqual(['streamed', 'streamed', 'streamed']);
});

test.each<[string, (stream: Awaited<ReturnType<typeof nextStream>>) => void]>([
  ['ends', (stream) => stream.end()],
  ['says that it is done', (stream) => stream.done()],
  ['breaks', (stream) => stream.cut()],
  ['reports an error', (stream) => stream.send('error', { message: 'secret', type: 'server_error' })],
  ['names the run of another thread', (stream) => stream.send('thread.run.created', otherRun)],
  [
    'sends events without end',
    (stream) => stream.write('event: thread.message.delta\ndata: {}\n\n'.repeat(1001)),
  ],
])('if a stream %s before it names the run, the outcome is unknown', async (_, act) => {
  const running = await startRunning();
  void nextStream(running.upstream).then(act);
  await expect(startRun(running, 'Hello')).rejects.toBeInstanceOf(OutcomeUnknownError);
  expect(running.all.counts()).toMatchObject({ watchers: 0, streams: 0 });
  expect(attempts(running)).toEqual(['streamed']);
});

const otherRun = {
  id: 'run_other',
  created_at: 1,
  thread_id: 'thread_other',
  assistant_id: 'asst_1',
  status: 'queued',
  model: 'm',
};

test('the connection of an ended stream is reused', async () => {
  const running = await startRunning();
  const ports: (number | undefined)[] = [];
  for (let count = 0; count < 3; count++) {
    const opened = nextStream(running.upstream);
    const started = running.runs.start(running.rest, 'createThreadAndRun', { body: { assistant_id: 'a' } });
    const stream = await opened;
    ports.push(stream.port);
    const run = { ...otherRun, id: `run_${count}` };
    stream.send('thread.run.created', run);
    const ids = idsOf(await started);
    stream.send('thread.run.failed', { ...run, status: 'failed' });
    await running.runs.waitForEnd(ids, new AbortController().signal);
    stream.done();
    await stream.closed;
    // By the response to another request, the end of the stream has arrived too.
    await running.rest.call('listAssistants', {});
  }
  expect(new Set(ports).size).toBe(1);
});
