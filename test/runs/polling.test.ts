import { beforeEach, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from './support/manual-clock.ts';
import { type Running, startRunning } from './support/running.ts';
import { createScript, playScripts, type Script } from './support/script.ts';

let clock: ManualClock;
let running: Running;
let script: Script;

beforeEach(async () => {
  clock = createManualClock();
  running = await startRunning({ clock });
  script = createScript('thread_1', 'run_1');
  playScripts(running.upstream, [script]);
});

/** Advances the clock to the next poll. @returns the delay until the poll after that */
async function pollOnce(): Promise<number> {
  clock.advance(await clock.nextPoll());
  return clock.nextPoll();
}

async function follow(): Promise<{ next(): Promise<string | undefined> }> {
  const runs = await running.runs.followStatus(script.ids);
  return { next: async () => (await runs.next()).value?.status };
}

test('the delay between polls grows from 250 ms to 5 s', async () => {
  script.run.status = 'in_progress';
  await follow();
  const delays = [await clock.nextPoll()];
  while (delays.length < 10) delays.push(await pollOnce());
  expect(delays.map(Math.round)).toEqual([250, 375, 563, 844, 1266, 1898, 2848, 4271, 5000, 5000]);
});

test('a change restarts the delays', async () => {
  await follow();
  for (let polls = 0; polls < 5; polls++) await pollOnce();
  script.run.status = 'in_progress';
  expect(await pollOnce()).toBe(250);
});

test('openai-poll-after-ms is the minimum delay, up to 30 s', async () => {
  script.headers = { 'openai-poll-after-ms': '2000' };
  await follow();
  expect(await clock.nextPoll()).toBe(2000);
  expect(await pollOnce()).toBe(2000);
  script.headers = { 'openai-poll-after-ms': '999999999' };
  expect(await pollOnce()).toBe(30_000);
  script.headers = { 'openai-poll-after-ms': 'soon' };
  expect(await pollOnce()).toBeLessThan(2000);
});

test('a run that requires action is polled every 5 s until its status changes', async () => {
  script.run.status = 'requires_action';
  const statuses = await follow();
  expect(await statuses.next()).toBe('requires_action');
  expect([await clock.nextPoll(), await pollOnce(), await pollOnce()]).toEqual([5000, 5000, 5000]);
  script.run.status = 'queued';
  expect(await pollOnce()).toBe(250);
  expect(await statuses.next()).toBe('queued');
});

test('after a wake-up the next poll comes within 250 ms, also if one is in flight', async () => {
  script.run.status = 'requires_action';
  await follow();
  expect(await clock.nextPoll()).toBe(5000);
  running.runs.wake(script.ids);
  expect(await clock.nextPoll()).toBe(250);
  const { intercept } = running.upstream;
  running.upstream.intercept = (call, response) => {
    running.runs.wake(script.ids);
    return intercept?.(call, response) ?? false;
  };
  expect(await pollOnce()).toBe(250);
});

test('an unknown status is delivered, is not terminal, and is polled at the usual pace', async () => {
  script.run.status = 'pondering';
  const statuses = await follow();
  expect(await statuses.next()).toBe('pondering');
  expect([await clock.nextPoll(), await pollOnce()]).toEqual([250, 375]);
  script.run.status = 'completed';
  clock.advance(375);
  expect([await statuses.next(), await statuses.next()]).toEqual(['completed', undefined]);
});

test('following a status costs one request per poll, and none after the run has ended', async () => {
  const statuses = await follow();
  running.upstream.calls.length = 0;
  for (let polls = 0; polls < 3; polls++) await pollOnce();
  expect(running.upstream.calls.map(({ operation }) => operation)).toEqual(['getRun', 'getRun', 'getRun']);
  script.run.status = 'completed';
  clock.advance(await clock.nextPoll());
  expect([await statuses.next(), await statuses.next()]).toEqual(['queued', 'completed']);
  const again = await running.runs.followStatus(script.ids);
  expect((await again.next()).value?.status).toBe('completed');
  expect(running.upstream.calls.length).toBe(4);
  expect(running.all.counts()).toMatchObject({ watchers: 1, polled: 0 });
});

test('the same status is never delivered twice in a row', async () => {
  const statuses = await follow();
  expect(await statuses.next()).toBe('queued');
  script.run.status = 'created';
  await pollOnce();
  script.run.status = 'in_progress';
  await pollOnce();
  await pollOnce();
  expect(await statuses.next()).toBe('in_progress');
  script.run.status = 'queued';
  await pollOnce();
  script.run.status = 'failed';
  clock.advance(250);
  expect([await statuses.next(), await statuses.next(), await statuses.next()]).toEqual([
    'queued',
    'failed',
    undefined,
  ]);
});

test('polling stops a grace period after the last follower left, and restarts with the next', async () => {
  const first = await running.runs.followStatus(script.ids);
  const second = await running.runs.followStatus(script.ids);
  await first.return?.();
  await pollOnce();
  await second.return?.();
  const before = running.upstream.calls.length;
  // Polls continue during the grace period of 10 s.
  await pollOnce();
  expect(running.upstream.calls.length).toBe(before + 1);
  clock.advance(10_000);
  clock.advance(await clock.nextPoll());
  expect(running.all.counts()).toMatchObject({ watchers: 1, polled: 0, followers: 0 });
  script.run.status = 'in_progress';
  const statuses = await follow();
  expect(await statuses.next()).toBe('in_progress');
  expect(running.all.counts()).toMatchObject({ watchers: 1, polled: 1, followers: 1 });
});
