import { setMaxListeners } from 'node:events';
import { expect, test } from 'vitest';
import { WatchFailedError } from '../../src/runs/errors.ts';
import { createManualClock } from './support/manual-clock.ts';
import { startRun, startRunning } from './support/running.ts';
import { createScript, playScripts } from './support/script.ts';

const never = new AbortController().signal;
setMaxListeners(0, never);

test('waiting for a streamed run needs no request', async () => {
  const running = await startRunning();
  const ids = await startRun(running, 'Hello');
  running.upstream.calls.length = 0;
  const outcome = await running.runs.waitForEnd(ids, never);
  expect(outcome).toMatchObject({ outcome: 'ended', run: { id: ids.run_id, status: 'completed' } });
  expect(running.upstream.calls).toEqual([]);
  expect(await running.runs.waitForEnd(ids, never)).toEqual(outcome);
});

test('waiting ends when a run requires action', async () => {
  const running = await startRunning();
  const ids = await startRun(running, 'Call alpha.');
  expect(await running.runs.waitForEnd(ids, never)).toMatchObject({ outcome: 'requires_action' });
  expect(await running.runs.waitForEnd(ids, never)).toMatchObject({ outcome: 'requires_action' });
  expect(running.all.counts().followers).toBe(0);
});

test('waiting for a polled run shares the polls of its followers', async () => {
  const clock = createManualClock();
  const running = await startRunning({ clock });
  const script = createScript('thread_1', 'run_1');
  playScripts(running.upstream, [script]);
  await running.runs.followStatus(script.ids);
  const waits = Array.from({ length: 20 }, () => running.runs.waitForEnd(script.ids, never));
  script.run.status = 'cancelled';
  clock.advance(await clock.nextPoll());
  expect((await Promise.all(waits)).map(({ run }) => run.status)).toEqual(Array(20).fill('cancelled'));
  expect(running.upstream.calls.length).toBe(2);
});

test('waiting fails with the reason of its signal, or if watching fails', async () => {
  const clock = createManualClock();
  const running = await startRunning({ clock });
  const script = createScript('thread_1', 'run_1');
  playScripts(running.upstream, [script]);
  const leaving = new AbortController();
  const left = running.runs.waitForEnd(script.ids, leaving.signal);
  const failed = running.runs.waitForEnd(script.ids, never);
  await clock.nextPoll();
  const reason = new Error('The client disconnected');
  leaving.abort(reason);
  await expect(left).rejects.toBe(reason);
  script.fails = 404;
  clock.advance(await clock.nextPoll());
  await expect(failed).rejects.toBeInstanceOf(WatchFailedError);
  expect(running.all.counts()).toMatchObject({ watchers: 0, followers: 0 });
});
