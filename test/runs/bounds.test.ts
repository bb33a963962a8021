import { expect, test } from 'vitest';
import { TooManyRunsError } from '../../src/runs/errors.ts';
import { MAX_MERGED_LENGTH } from '../../src/runs/merge-deltas.ts';
import type { RunIds, RunLogEntry } from '../../src/runs/runs.ts';
import { poll } from '../support/poll.ts';
import { collect, collectUntil, outline, statusesOf, textsOf } from './support/entries.ts';
import { createManualClock } from './support/manual-clock.ts';
import { idsOf, type Running, startRun, startRunning } from './support/running.ts';
import { createScript, messageStep, playScripts, type Script, textMessage } from './support/script.ts';
import { nextStream, type ScriptedStream, textDelta } from './support/scripted-stream.ts';

interface Streaming {
  readonly running: Running;
  readonly script: Script;
  readonly stream: ScriptedStream;
  readonly ids: RunIds;
  /** Sends deltas of `length` characters. Fulfilled with the whole text once it has been received. */
  sendText(count: number, length: number): Promise<string>;
}

/** A run whose message is being streamed. */
async function startStreaming(limits: Parameters<typeof startRunning>[0] = {}): Promise<Streaming> {
  const running = await startRunning(limits);
  const script = createScript('thread_1', 'run_1');
  playScripts(running.upstream, [script]);
  const opened = nextStream(running.upstream);
  const body = { assistant_id: 'asst_script' };
  const started = running.runs.start(running.rest, 'createRun', { thread_id: 'thread_1', body });
  const stream = await opened;
  stream.send('thread.run.created', script.run);
  const ids = idsOf(await started);
  script.run.status = 'in_progress';
  stream.send('thread.run.in_progress', script.run);
  stream.send('thread.run.step.created', messageStep(script, 'step_1', 'msg_1'));
  stream.send('thread.message.created', textMessage(script, 'msg_1', ''));
  let sent = '';
  return {
    running,
    script,
    stream,
    ids,
    async sendText(count, length) {
      for (let index = 0; index < count; index++) {
        const piece = String(index % 10).repeat(length);
        sent += piece;
        stream.send('thread.message.delta', textDelta('msg_1', piece));
      }
      const received = async () => {
        const [part] = running.runs.latest(ids)?.message('msg_1')?.content ?? [];
        return part?.type === 'text' ? part.text.value.length : 0;
      };
      await poll(received, (length) => length === sent.length);
      return sent;
    },
  };
}

test('a slow follower gets merged deltas of limited length, and every status', async () => {
  const { running, script, stream, ids, sendText } = await startStreaming();
  const follower = await running.runs.follow(ids);
  await follower.next();
  const text = await sendText(2000, 100);
  script.run.status = 'cancelling';
  stream.send('thread.run.cancelling', script.run);
  stream.send('thread.message.delta', textDelta('msg_1', 'end'));
  script.run.status = 'cancelled';
  stream.send('thread.message.incomplete', textMessage(script, 'msg_1', `${text}end`, 'incomplete'));
  stream.send('thread.run.step.cancelled', messageStep(script, 'step_1', 'msg_1', 'cancelled'));
  stream.send('thread.run.cancelled', script.run);
  await running.runs.waitForEnd(ids, new AbortController().signal);
  const entries = await collect(follower);
  expect(statusesOf(entries)).toEqual(['in_progress', 'cancelling', 'cancelled']);
  expect(textsOf(entries)).toEqual({ 'msg_1/0': `${text}end` });
  const deltas = entries.flatMap(({ event }) => (event.type === 'message.delta' ? event.text.length : []));
  expect(deltas.length).toBeLessThan(30);
  expect(Math.max(...deltas)).toBeLessThanOrEqual(MAX_MERGED_LENGTH);
  expect(entries.length).toBeLessThan(40);
});

test('a full log is compacted to a checkpoint, which up-to-date followers do not notice', async () => {
  const { running, script, stream, ids, sendText } = await startStreaming({
    limits: { maxRunLogBytes: 100_000 },
  });
  const live = await running.runs.follow(ids);
  const received = collect(live);
  await collectUntil(await running.runs.follow(ids), (event) => event.type === 'message.changed');
  const statuses = await running.runs.followStatus(ids);
  const statusesReceived = [(await statuses.next()).value?.status];
  const behind = await running.runs.follow(ids);
  await behind.next();
  const early = await collectUntil(await running.runs.follow(ids), ({ type }) => type === 'message.changed');
  let text = '';
  // 1,000 entries of about 320 bytes fill the log several times.
  for (let round = 0; round < 10; round++) text = await sendText(100, 10);
  expect(running.all.counts().logBytes).toBeLessThan(110_000);
  script.run.status = 'completed';
  stream.send('thread.message.completed', textMessage(script, 'msg_1', text, 'completed'));
  stream.send('thread.run.step.completed', messageStep(script, 'step_1', 'msg_1', 'completed'));
  stream.send('thread.run.completed', script.run);
  const whole = await received;
  expect(outline(whole)).not.toContain('reset');
  expect(textsOf(whole)).toEqual({ 'msg_1/0': text });
  for await (const { status } of statuses) statusesReceived.push(status);
  expect(statusesReceived).toEqual(['in_progress', 'completed']);

  for (const late of [behind, await running.runs.follow(ids, { after: early.at(-1)?.cursor })]) {
    const received = await collect(late);
    // The slow follower had read a few entries before.
    const entries = received.slice(received.findIndex(({ event }) => event.type === 'reset'));
    expect(outline(entries).slice(0, 2)).toEqual(['reset', 'in_progress']);
    expect(outline(entries).slice(-3)).toEqual(['message completed', 'step completed', 'completed']);
    expect(textsOf(entries)).toEqual({ 'msg_1/0': text });
    await expectGapless(running, ids, entries);
  }
  const withoutCursor = await collect(await running.runs.follow(ids));
  expect(outline(withoutCursor)[0]).toBe('in_progress');
  expect(textsOf(withoutCursor)).toEqual({ 'msg_1/0': text });
  // A cursor that the log still covers continues after it. An older one gets a reset.
  const hasReset: boolean[] = [];
  for (const [index, { cursor }] of whole.entries()) {
    const rest = await collect(await running.runs.follow(ids, { after: cursor }));
    hasReset.push(rest[0]?.event.type === 'reset');
    if (!hasReset.at(-1))
      expect(rest.map((entry) => entry.event)).toEqual(whole.slice(index + 1).map((entry) => entry.event));
  }
  expect(hasReset[0]).toBe(true);
  expect(hasReset.at(-1)).toBe(false);
  expect([...hasReset].sort().reverse()).toEqual(hasReset);
});

/** After each of these cursors, the rest follows. */
async function expectGapless(running: Running, ids: RunIds, entries: readonly RunLogEntry[]): Promise<void> {
  const step = Math.ceil(entries.length / 20);
  for (let index = 0; index < entries.length; index += step) {
    const rest = await collect(await running.runs.follow(ids, { after: entries[index]?.cursor }));
    expect(textsOf([...entries.slice(0, index + 1), ...rest])).toEqual(textsOf(entries));
    expect(statusesOf(rest)).toEqual(statusesOf(entries.slice(index + 1)));
  }
}

test('a run that produces more than a log may hold is followed by its status only', async () => {
  const { running, script, stream, ids } = await startStreaming({ limits: { maxRunLogBytes: 100_000 } });
  const received = collect(await running.runs.follow(ids));
  for (let index = 0; index < 100; index++) {
    stream.send('thread.message.delta', textDelta('msg_1', 'x'.repeat(1000)));
  }
  script.run.status = 'completed';
  stream.send('thread.message.completed', textMessage(script, 'msg_1', 'x'.repeat(100_000), 'completed'));
  stream.send('thread.run.completed', script.run);
  const entries = await received;
  expect(outline(entries).slice(-2)).toEqual(['watch.error', 'completed']);
  expect(entries.at(-2)?.event).toMatchObject({ code: 'UPSTREAM_ERROR', will_continue: true });
  expect(running.all.counts().logBytes).toBeLessThan(10_000);
  const late = await collect(await running.runs.follow(ids, { after: entries[0]?.cursor }));
  expect(outline(late)).toEqual(['reset', 'in_progress', 'watch.error', 'completed']);
});

test('when all logs reach the limit, the oldest logs of ended runs are dropped', async () => {
  const running = await startRunning({ limits: { maxLogBytes: 64_000 } });
  const ended: RunIds[] = [];
  for (let index = 0; index < 12; index++) {
    const ids = await startRun(running, `Hello ${index} ${'word '.repeat(20)}`);
    await running.runs.waitForEnd(ids, new AbortController().signal);
    ended.push(ids);
    expect(running.all.counts().logBytes).toBeLessThanOrEqual(64_000 + 1000);
  }
  const isKept = ended.map((ids) => running.runs.latest(ids) !== undefined);
  expect(isKept[0]).toBe(false);
  expect(isKept.at(-1)).toBe(true);
  expect([...isKept].sort()).toEqual(isKept);
});

test('when all logs reach the limit and are in use, the content of the largest is dropped', async () => {
  const { running, ids, sendText, script, stream } = await startStreaming({
    limits: { maxLogBytes: 64_000 },
  });
  const small = createScript('thread_2', 'run_2');
  playScripts(running.upstream, [small]);
  const ofSmall = collect(await running.runs.follow(small.ids));
  const follower = await running.runs.follow(ids);
  await sendText(20, 1000);
  stream.send('thread.message.delta', textDelta('msg_1', 'x'.repeat(20_000)));
  await collectUntil(follower, ({ type }) => type === 'watch.error');
  await poll(
    async () => running.all.counts(),
    ({ logBytes }) => logBytes < 20_000,
  );
  stream.send('thread.message.delta', textDelta('msg_1', 'x'));
  script.run.status = 'failed';
  stream.send('thread.run.failed', script.run);
  expect(outline(await collect(follower))).toEqual(['failed']);
  small.run.status = 'completed';
  running.runs.wake(small.ids);
  expect(outline(await ofSmall)).toEqual(['queued', 'completed']);
});

test('at the maximum number of watchers, an unused one is dropped; if all are in use, following fails', async () => {
  const running = await startRunning({ clock: createManualClock(), limits: { maxWatchers: 3 } });
  const scripts = Array.from({ length: 5 }, (_, index) => createScript(`thread_${index}`, `run_${index}`));
  playScripts(running.upstream, scripts);
  const [first, second, third, fourth, fifth] = scripts.map(({ ids }) => ids);
  if (!first || !second || !third || !fourth || !fifth) throw new Error('There are five');
  const [script] = scripts;
  if (script !== undefined) script.run.status = 'completed';
  await collect(await running.runs.follow(first));
  await running.runs.followStatus(second);
  await running.runs.followStatus(third);
  expect(running.all.counts().watchers).toBe(3);
  await running.runs.followStatus(fourth);
  expect(running.runs.latest(first)).toBeUndefined();
  running.upstream.calls.length = 0;
  await expect(running.runs.followStatus(fifth)).rejects.toBeInstanceOf(TooManyRunsError);
  await expect(running.runs.follow(fifth)).rejects.toThrow('At most 3 runs can be watched at a time');
  expect(running.upstream.calls).toEqual([]);
  // A run started at the limit is created, but not watched.
  expect(await startRun(running, 'Hello')).toMatchObject({ run_id: expect.any(String) });
  expect(running.upstream.calls.some(({ body }) => body.includes('"stream":true'))).toBe(false);
  expect(running.all.counts()).toMatchObject({ watchers: 3, streams: 0 });
});
