import { expect, test } from 'vitest';
import { InvalidCursorError } from '../../src/runs/errors.ts';
import type { RunIds, RunLogEntry } from '../../src/runs/runs.ts';
import { collect, collectUntil, outline, textsOf } from './support/entries.ts';
import { createManualClock } from './support/manual-clock.ts';
import { type Running, startRun, startRunning } from './support/running.ts';
import { createScript, messageStep, playScripts, textMessage } from './support/script.ts';

const eventsOf = (entries: readonly RunLogEntry[]) => entries.map(({ event }) => event);

async function finishedRun(running: Running): Promise<{ ids: RunIds; entries: RunLogEntry[] }> {
  const ids = await startRun(running, 'Hello');
  return { ids, entries: await collect(await running.runs.follow(ids)) };
}

test('a follower gets exactly the entries after its cursor, also when the run has ended', async () => {
  const running = await startRunning();
  const { ids, entries } = await finishedRun(running);
  running.upstream.calls.length = 0;
  for (const [index, { cursor }] of entries.entries()) {
    const rest = await collect(await running.runs.follow(ids, { after: cursor }));
    expect(eventsOf(rest)).toEqual(eventsOf(entries.slice(index + 1)));
    expect(rest.map((entry) => entry.cursor)).toEqual(entries.slice(index + 1).map((entry) => entry.cursor));
    expect(rest.every(({ isReplay }) => isReplay)).toBe(true);
  }
  expect(running.upstream.calls).toEqual([]);
});

test('a follower that reconnects after each event misses and repeats nothing', async () => {
  const running = await startRunning({ tokenMs: 1 });
  const ids = await startRun(running, 'Hello there');
  const whole = collect(await running.runs.follow(ids));
  const pieces: RunLogEntry[] = [];
  for (;;) {
    const follower = await running.runs.follow(ids, { after: pieces.at(-1)?.cursor });
    const { value, done } = await follower.next();
    await follower.return?.();
    if (done) break;
    pieces.push(value);
  }
  expect(eventsOf(pieces)).toEqual(eventsOf(await whole));
  expect(running.all.counts().followers).toBe(0);
});

test.each<[string, (cursors: { own: string; other: string }) => string]>([
  ['is not a cursor', () => 'abc'],
  ['is empty', () => ''],
  ['is far too long', () => 'A'.repeat(100_000)],
  ['belongs to another run', ({ other }) => other],
  ['lies beyond the end of the log', ({ own }) => `${own.slice(0, 20)}____AAAA`],
  ['is truncated', ({ own }) => own.slice(0, -1)],
])('a cursor that %s is rejected before any request', async (_, make) => {
  const running = await startRunning();
  const { ids, entries } = await finishedRun(running);
  const other = await finishedRun(running);
  running.upstream.calls.length = 0;
  const after = make({ own: entries[0]?.cursor ?? '', other: other.entries[0]?.cursor ?? '' });
  await expect(running.runs.follow(ids, { after })).rejects.toBeInstanceOf(InvalidCursorError);
  expect(running.upstream.calls).toEqual([]);
});

test('after a restart an old cursor gets a reset and the whole run', async () => {
  const before = await startRunning();
  const { ids, entries } = await finishedRun(before);
  const after = await startRunning();
  // A second process with the same upstream.
  after.upstream.intercept = async (call, response) => {
    const { authorization, 'openai-beta': beta } = call.headers;
    const headers = { authorization: String(authorization), 'openai-beta': String(beta) };
    const answer = await fetch(before.localUrl + call.path, { headers });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    return true;
  };
  const rebuilt = await collect(await after.runs.follow(ids, { after: entries[3]?.cursor }));
  expect(outline(rebuilt)).toEqual([
    'reset',
    'completed',
    'step completed',
    'message completed',
    'message.delta',
  ]);
  expect(rebuilt[0]?.event).toMatchObject({ type: 'reset', run: { id: ids.run_id, status: 'completed' } });
  expect(textsOf(rebuilt)).toEqual(textsOf(entries));
  for (const [index, { cursor }] of rebuilt.entries()) {
    const rest = await collect(await after.runs.follow(ids, { after: cursor }));
    expect(eventsOf(rest)).toEqual(eventsOf(rebuilt.slice(index + 1)));
  }
});

test('a log is kept for some time after the run has ended, and is then rebuilt from upstream', async () => {
  const clock = createManualClock();
  const running = await startRunning({ clock, limits: { eventsTtlMs: 100_000 } });
  const script = createScript('thread_1', 'run_1');
  playScripts(running.upstream, [script]);
  script.run.status = 'in_progress';
  script.steps = [messageStep(script, 'step_1', 'msg_1')];
  script.messages = [textMessage(script, 'msg_1', 'Hel')];
  const all = collect(await running.runs.follow(script.ids));
  script.run.status = 'completed';
  script.steps = [messageStep(script, 'step_1', 'msg_1', 'completed')];
  script.messages = [textMessage(script, 'msg_1', 'Hello', 'completed')];
  clock.advance(await clock.nextPoll());
  const entries = await all;
  clock.advance(99_000);
  const kept = await collect(await running.runs.follow(script.ids, { after: entries[0]?.cursor }));
  expect(eventsOf(kept)).toEqual(eventsOf(entries.slice(1)));
  clock.advance(11_001);
  expect(running.all.counts()).toMatchObject({ watchers: 0, logBytes: 0 });
  const anew = await collect(await running.runs.follow(script.ids, { after: entries[0]?.cursor }));
  expect(outline(anew)).toEqual([
    'reset',
    'completed',
    'step completed',
    'message completed',
    'message.delta',
  ]);
  const withoutCursor = await collect(await running.runs.follow(script.ids));
  expect(outline(withoutCursor)).toEqual(outline(anew).slice(1));
});

test('the log of a polled run without followers continues when one comes back', async () => {
  const clock = createManualClock();
  const running = await startRunning({ clock });
  const script = createScript('thread_1', 'run_1');
  playScripts(running.upstream, [script]);
  script.run.status = 'in_progress';
  const follower = await running.runs.follow(script.ids);
  const first = await collectUntil(follower, ({ type }) => type === 'run.status');
  await follower.return?.();
  clock.advance(10_001);
  clock.advance(await clock.nextPoll());
  expect(running.all.counts()).toMatchObject({ polled: 0, watchers: 1 });
  clock.advance(300_000);
  script.steps = [messageStep(script, 'step_1', 'msg_1', 'completed')];
  script.messages = [textMessage(script, 'msg_1', 'Hello', 'completed')];
  script.run.status = 'completed';
  const later = await collect(await running.runs.follow(script.ids, { after: first.at(-1)?.cursor }));
  expect(outline(later)).toEqual(['step completed', 'message completed', 'message.delta', 'completed']);
});
