import { beforeEach, expect, test } from 'vitest';
import { poll } from '../support/poll.ts';
import { collect, outline, statusesOf } from './support/entries.ts';
import { createManualClock, type ManualClock, pollToTheEnd } from './support/manual-clock.ts';
import { credential, type Running, startRunning } from './support/running.ts';
import { createScript, messageStep, playScripts, type Script, textMessage } from './support/script.ts';

let clock: ManualClock;
let running: Running;
let script: Script;

beforeEach(async () => {
  clock = createManualClock();
  running = await startRunning({ clock });
  script = createScript('thread_1', 'run_1');
  playScripts(running.upstream, [script]);
});

async function pollOnce(): Promise<number> {
  clock.advance(await clock.nextPoll());
  return clock.nextPoll();
}

test('following fails if the first GET fails, and nothing is watched', async () => {
  script.fails = 404;
  const notFound = { upstream: { status: 404 } };
  await expect(running.runs.follow(script.ids)).rejects.toMatchObject(notFound);
  await expect(running.runs.followStatus(script.ids)).rejects.toMatchObject(notFound);
  await expect(running.runs.waitForEnd(script.ids, new AbortController().signal)).rejects.toMatchObject(
    notFound,
  );
  expect(running.all.counts()).toEqual({ watchers: 0, polled: 0, followers: 0, streams: 0, logBytes: 0 });
});

test.each([
  [404, 'NOT_FOUND'],
  [401, 'UNAUTHENTICATED'],
  [403, 'FORBIDDEN'],
])(
  'a %i during polling is reported as %s and ends the log; the next follower starts a new one',
  async (status, code) => {
    const all = collect(await running.runs.follow(script.ids));
    script.fails = status;
    script.headers = { 'x-request-id': 'req_1' };
    clock.advance(await clock.nextPoll());
    const entries = await all;
    expect(entries.at(-1)?.event).toEqual({
      type: 'watch.error',
      code,
      message: `It is ${status}`,
      request_id: 'req_1',
      will_continue: false,
    });
    expect(running.all.counts()).toMatchObject({ watchers: 0, followers: 0 });
    script.fails = undefined;
    script.run.status = 'completed';
    const again = await collect(await running.runs.follow(script.ids, { after: entries[0]?.cursor }));
    expect(outline(again)).toEqual(['reset', 'completed']);
  },
);

test('failures are reported once, at the third in a row, and slow down polling until one poll succeeds', async () => {
  const all = collect(await running.runs.follow(script.ids));
  script.fails = 503;
  const delays = [await pollOnce(), await pollOnce(), await pollOnce(), await pollOnce()];
  expect(delays).toEqual([375, 562.5, 843.75, 1265.625]);
  script.fails = undefined;
  script.run.status = 'in_progress';
  expect(await pollOnce()).toBe(250);
  script.run.status = 'completed';
  clock.advance(250);
  const entries = await all;
  expect(outline(entries)).toEqual(['queued', 'watch.error', 'in_progress', 'completed']);
  expect(entries[1]?.event).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', will_continue: true });
});

test('a poll without a response fails at its deadline', async () => {
  const all = collect(await running.runs.follow(script.ids));
  const { intercept } = running.upstream;
  const arrived = new Promise<void>((resolve) => {
    running.upstream.intercept = () => {
      resolve();
      return true;
    };
  });
  clock.advance(await clock.nextPoll());
  await arrived;
  clock.advance(30_000);
  running.upstream.intercept = intercept;
  script.run.status = 'cancelled';
  clock.advance(await clock.nextPoll());
  expect(statusesOf(await all)).toEqual(['queued', 'cancelled']);
});

test('a 429 pauses all polls of the credential for `retry-after`, and no polls of other credentials', async () => {
  const scripts = ['a', 'b', 'c'].map((name) => createScript(`thread_${name}`, `run_${name}`));
  playScripts(running.upstream, scripts);
  const others = running.all.of({ ...credential, apiKey: 'another-key' });
  const [a, b, c] = scripts;
  if (a === undefined || b === undefined || c === undefined) throw new Error('There are three');
  const paused = [a, b].map(async ({ ids }) => collect(await running.runs.follow(ids)));
  const free = collect(await others.follow(c.ids));
  await Promise.all([a, b].map(({ ids }) => running.runs.followStatus(ids)));
  a.fails = 429;
  a.headers = { 'retry-after': '20' };
  running.upstream.calls.length = 0;
  clock.advance(await clock.nextPoll());
  const isPaused = (delays: readonly number[]) => delays.some((delay) => delay > 19_000 && delay <= 20_000);
  await poll(async () => clock.waiting, isPaused);
  clock.advance(10_000);
  const pathsSince = () => running.upstream.calls.map(({ path }) => path);
  c.run.status = 'completed';
  await free;
  const polled = pathsSince().filter((path) => path.includes('run_a') || path.includes('run_b'));
  expect(polled.length).toBeLessThanOrEqual(2);
  a.fails = undefined;
  a.run.status = 'completed';
  b.run.status = 'completed';
  clock.advance(10_001);
  expect((await Promise.all(paused)).map(outline)).toEqual([
    ['queued', 'completed'],
    ['queued', 'completed'],
  ]);
});

test('a pause lasts a minute at most, and includes polls that wait for a slot', async () => {
  running = await startRunning({ clock, limits: { maxConcurrentPolls: 1, eventsTtlMs: 1e9 } });
  const scripts = ['a', 'b', 'c'].map((name) => createScript(`thread_${name}`, `run_${name}`));
  playScripts(running.upstream, scripts);
  for (const { ids } of scripts) await running.runs.followStatus(ids);
  for (const one of scripts) {
    one.fails = 429;
    one.headers = { 'retry-after': '86400' };
  }
  running.upstream.calls.length = 0;
  clock.advance(await clock.nextPoll());
  await poll(
    async () => clock.waiting.filter((delay) => delay === 60_000).length,
    (count) => count === 3,
  );
  expect(running.upstream.calls.length).toBe(1);
});

test.each([
  ['expires in 90 s', { expires_at: 90 }, 100],
  ['never expires', { expires_at: null }, 120],
  [
    'should have expired an hour ago, because our clock is ahead',
    { created_at: -4200, expires_at: -3600 },
    70,
  ],
  [
    'expires in an hour after 90 s of life, because our clock is behind',
    { created_at: 3600, expires_at: 3690 },
    100,
  ],
  ['expires in the year 9999', { expires_at: 9e10 }, 120],
])('watching a run that %s and does not end stops with an error', async (_, times, seconds) => {
  running = await startRunning({ clock, limits: { maxWatchMs: 120_000 } });
  playScripts(running.upstream, [script]);
  const now = Math.floor(clock.now() / 1000);
  for (const [name, time] of Object.entries(times)) script.run[name] = time === null ? null : now + time;
  const all = collect(await running.runs.follow(script.ids));
  const took = await pollToTheEnd(clock, all);
  expect(Math.abs(took - seconds)).toBeLessThanOrEqual(1);
  expect((await all).at(-1)?.event).toEqual({
    type: 'watch.error',
    code: 'UPSTREAM_TIMEOUT',
    message: 'The run did not end in time',
    request_id: null,
    will_continue: false,
  });
  expect(running.all.counts()).toMatchObject({ watchers: 0, polled: 0, followers: 0 });
});

test('a run that ends at the last moment is followed to its end', async () => {
  script.run.expires_at = Number(script.run.created_at) + 60;
  const all = collect(await running.runs.follow(script.ids));
  const { intercept } = running.upstream;
  const expiresAt = clock.now() + 69_000;
  running.upstream.intercept = (call, response) => {
    if (clock.now() > expiresAt) script.run.status = 'expired';
    return intercept?.(call, response) ?? false;
  };
  await pollToTheEnd(clock, all);
  expect(statusesOf(await all)).toEqual(['queued', 'expired']);
});

test('the end of a run is delivered after an error if its content cannot be read', async () => {
  script.run.status = 'in_progress';
  script.steps = [messageStep(script, 'step_1', 'msg_1')];
  script.messages = [textMessage(script, 'msg_1', 'Hel')];
  const all = collect(await running.runs.follow(script.ids));
  script.contentFails = 500;
  script.run.status = 'completed';
  await pollToTheEnd(clock, all);
  expect(outline(await all)).toEqual([
    'in_progress',
    'step in_progress',
    'message in_progress',
    'message.delta',
    'watch.error',
    'watch.error',
    'completed',
  ]);
});

test('statuses are delivered while content cannot be read', async () => {
  const all = collect(await running.runs.follow(script.ids));
  script.contentFails = 500;
  for (const status of ['in_progress', 'cancelling']) {
    script.run.status = status;
    await pollOnce();
  }
  script.contentFails = undefined;
  script.run.status = 'cancelled';
  clock.advance(await clock.nextPoll());
  expect(outline(await all)).toEqual(['queued', 'in_progress', 'cancelling', 'cancelled']);
});
