import { expect, test } from 'vitest';
import type { Run } from '../../src/rest/wire/run.ts';
import type { RunLogEntry } from '../../src/runs/runs.ts';
import { poll } from '../support/poll.ts';
import { collect, outline, statusesOf } from './support/entries.ts';
import { createManualClock } from './support/manual-clock.ts';
import { credential, type Running, startRun, startRunning } from './support/running.ts';
import { createScript, messageStep, playScripts, sendJson, textMessage } from './support/script.ts';

const operations = ({ upstream }: Running) => upstream.calls.splice(0).map(({ operation }) => operation);

test('a thousand followers of a run cost as many requests as one, and get the same objects', async () => {
  const clock = createManualClock();
  const running = await startRunning({ clock });
  const script = createScript('thread_1', 'run_1');
  playScripts(running.upstream, [script]);
  const followers = await Promise.all(Array.from({ length: 1000 }, () => running.runs.follow(script.ids)));
  expect(operations(running)).toEqual(['getRun', 'listRunSteps']);
  expect(running.all.counts()).toMatchObject({ watchers: 1, polled: 1, followers: 1000 });
  const all = followers.map(collect);
  script.run.status = 'completed';
  script.steps = [messageStep(script, 'step_1', 'msg_1', 'completed')];
  script.messages = [textMessage(script, 'msg_1', 'Hello', 'completed')];
  clock.advance(await clock.nextPoll());
  const received = await Promise.all(all);
  expect(operations(running)).toEqual(['getRun', 'listRunSteps', 'getMessage']);
  const live = received[0]?.slice(1) ?? [];
  expect(outline(live)).toEqual(['step completed', 'message completed', 'message.delta', 'completed']);
  expect(live.some(({ isReplay }) => isReplay)).toBe(false);
  for (const entries of received)
    expect(entries.slice(1).every((entry, index) => entry === live[index])).toBe(true);
  expect(running.all.counts()).toMatchObject({ followers: 0, polled: 0 });
});

test('a thousand followers of a status get the same runs', async () => {
  const running = await startRunning();
  const ids = await startRun(running, 'Hello');
  const followers = await Promise.all(Array.from({ length: 1000 }, () => running.runs.followStatus(ids)));
  running.upstream.calls.length = 0;
  const received = await Promise.all(
    followers.map(async (runs) => {
      const all: Run[] = [];
      for await (const run of runs) all.push(run);
      return all;
    }),
  );
  expect(received[0]?.at(-1)?.status).toBe('completed');
  for (const runs of received) expect(runs.every((run, index) => run === received[0]?.[index])).toBe(true);
  expect(operations(running)).toEqual([]);
});

test('ten polled runs of a thread share one list request per round', async () => {
  const clock = createManualClock();
  const running = await startRunning({ clock });
  const scripts = Array.from({ length: 10 }, (_, index) => createScript('thread_1', `run_${index}`));
  playScripts(running.upstream, scripts);
  for (const { ids } of scripts) {
    await running.runs.followStatus(ids);
    clock.advance(7);
  }
  expect(operations(running)).toEqual(Array(10).fill('getRun'));
  for (let round = 0; round < 5; round++) {
    clock.advance(await clock.nextPoll());
    await poll(
      async () => clock.waiting.filter((delay) => delay <= 5000).length,
      (planned) => planned === 10,
    );
    expect(operations(running)).toEqual(['listRuns']);
  }
});

test('runs missing from the shared list are read one by one, and all of them if the list fails', async () => {
  const clock = createManualClock();
  const running = await startRunning({ clock });
  const scripts = ['run_1', 'run_2'].map((id) => createScript('thread_1', id));
  playScripts(running.upstream, scripts);
  const { intercept } = running.upstream;
  let list: 'short' | 'broken' = 'short';
  running.upstream.intercept = (call, response) => {
    if (call.operation !== 'listRuns') return intercept?.(call, response) ?? false;
    if (list === 'short')
      sendJson(response, 200, { object: 'list', data: [scripts[1]?.run], has_more: true });
    else sendJson(response, 500, {});
    return true;
  };
  const received: Promise<RunLogEntry[]>[] = [];
  for (const { ids } of scripts) received.push(collect(await running.runs.follow(ids)));
  operations(running);
  const round = async () => {
    clock.advance(await clock.nextPoll());
    await poll(
      async () => clock.waiting.filter((delay) => delay <= 5000).length,
      (planned) => planned === 2,
    );
    return operations(running);
  };
  expect(await round()).toEqual(['listRuns', 'getRun']);
  list = 'broken';
  expect((await round()).sort()).toEqual(['getRun', 'getRun', 'listRuns']);
  for (const { run } of scripts) run.status = 'completed';
  clock.advance(await clock.nextPoll());
  for (const entries of received) expect(statusesOf(await entries)).toEqual(['queued', 'completed']);
});

test('credentials do not share watchers', async () => {
  const running = await startRunning({ clock: createManualClock() });
  const script = createScript('thread_1', 'run_1');
  playScripts(running.upstream, [script]);
  await running.runs.followStatus(script.ids);
  await running.all.of({ ...credential }).followStatus(script.ids);
  expect(operations(running)).toEqual(['getRun']);
  await running.all.of({ ...credential, organization: 'org_2' }).followStatus(script.ids);
  expect(operations(running)).toEqual(['getRun']);
  expect(running.all.of({ ...credential, apiKey: 'key-3' }).latest(script.ids)).toBeUndefined();
  expect(running.all.counts()).toMatchObject({ watchers: 2, followers: 3 });
});

test('a follower that ends by return or by its signal is released at once', async () => {
  const running = await startRunning({ clock: createManualClock() });
  const script = createScript('thread_1', 'run_1');
  playScripts(running.upstream, [script]);
  const leaving = new AbortController();
  const byReturn = await running.runs.follow(script.ids);
  const bySignal = await running.runs.follow(script.ids, { signal: leaving.signal });
  const ofStatus = await running.runs.followStatus(script.ids, { signal: leaving.signal });
  await Promise.all([byReturn.next(), bySignal.next(), ofStatus.next()]);
  const waiting = [byReturn.next(), bySignal.next(), ofStatus.next()];
  expect(running.all.counts().followers).toBe(3);
  await byReturn.return?.();
  expect(running.all.counts().followers).toBe(2);
  leaving.abort();
  expect(running.all.counts().followers).toBe(0);
  const ends = await Promise.all(waiting);
  expect(ends.map(({ done }) => done)).toEqual([true, true, true]);
  const late = await running.runs.follow(script.ids, { signal: leaving.signal });
  expect((await late.next()).done).toBe(true);
});

test('overlapping calls of next are resolved in order', async () => {
  const running = await startRunning();
  const ids = await startRun(running, 'Hello');
  const follower = await running.runs.follow(ids);
  const results = await Promise.all(Array.from({ length: 100 }, () => follower.next()));
  const events = results.flatMap(({ value }) => value?.event ?? []);
  const again = await collect(await running.runs.follow(ids));
  expect(events).toEqual(again.map(({ event }) => event));
  expect(results.at(-1)?.done).toBe(true);
});

test('closing ends all followers, streams and timers, and sends nothing more', async () => {
  const clock = createManualClock();
  const running = await startRunning({ clock, tokenMs: 50 });
  const script = createScript('thread_1', 'run_1');
  playScripts(running.upstream, [script]);
  const streamed = collect(await running.runs.follow(await startRun(running, 'Hello')));
  const polled = collect(await running.runs.follow(script.ids));
  expect(running.all.counts()).toMatchObject({ watchers: 2, followers: 2, streams: 1, polled: 1 });
  await running.all.close();
  await Promise.all([streamed, polled]);
  expect(running.all.counts()).toEqual({ watchers: 0, followers: 0, streams: 0, polled: 0, logBytes: 0 });
  expect(clock.waiting).toEqual([]);
  await expect(running.runs.follow(script.ids)).rejects.toThrow('The server is closing');
});

test('onStatusChange is called before a status is delivered', async () => {
  const changed: string[] = [];
  const running = await startRunning({ onStatusChange: (path) => changed.push(path) });
  const ids = await startRun(running, 'Hello');
  let received = 0;
  for await (const { event } of await running.runs.follow(ids)) {
    if (event.type === 'run.status') received++;
    expect(changed.length).toBeGreaterThanOrEqual(received);
  }
  expect(changed).toEqual(Array(3).fill(`/threads/${ids.thread_id}/runs/${ids.run_id}`));
});
