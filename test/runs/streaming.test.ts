import { expect, test } from 'vitest';
import type { Run } from '../../src/rest/wire/run.ts';
import type { ToolCallDelta } from '../../src/runs/events.ts';
import { collect, collectUntil, outline, statusesOf, textsOf } from './support/entries.ts';
import { type Running, startRun, startRunning } from './support/running.ts';

const ANSWERING = [
  'in_progress',
  'step in_progress',
  'message in_progress',
  'message.delta',
  'message completed',
  'step completed',
  'completed',
];

/** Outputs for the tool calls of a run. */
function outputsFor({ required_action }: Run) {
  if (required_action === null || required_action === 'unreadable')
    throw new Error('The run waits for nothing');
  const calls = required_action.submit_tool_outputs.tool_calls;
  return { tool_outputs: calls.map(({ id }) => ({ tool_call_id: id, output: 'sunny' })) };
}

async function submit({ runs, rest }: Running, run: Run): Promise<Run> {
  const request = { thread_id: run.thread_id, run_id: run.id, body: outputsFor(run) };
  return runs.start(rest, 'submitToolOutputsToRun', request);
}

test('a run started here is followed from its start to its end with one request', async () => {
  const running = await startRunning();
  const ids = await startRun(running, 'Hello');
  running.upstream.calls.length = 0;
  const entries = await collect(await running.runs.follow(ids));
  expect(outline(entries)).toEqual(['queued', ...ANSWERING]);
  expect(running.upstream.calls).toEqual([]);
  const [text] = Object.values(textsOf(entries));
  const { items } = await running.rest.call('listMessages', { thread_id: ids.thread_id, limit: 1 });
  expect(items).toMatchObject([{ content: [{ text: { value: text } }] }]);
  expect(text).toContain('You said: Hello');
});

test('start is fulfilled as soon as the stream has named the run', async () => {
  const running = await startRunning({ tokenMs: 1000 });
  const thread = { messages: [{ role: 'user' as const, content: 'Hello' }] };
  const body = { assistant_id: running.assistantId, thread };
  const run = await running.runs.start(running.rest, 'createThreadAndRun', { body });
  expect(run).toMatchObject({ status: 'queued', assistant_id: running.assistantId });
  expect(running.all.counts()).toMatchObject({ watchers: 1, streams: 1 });
});

test('a follower stays through requires_action, and gets the events of each submit', async () => {
  const running = await startRunning();
  const ids = await startRun(running, 'Call alpha, then alpha and beta.');
  const follower = await running.runs.follow(ids);
  const entries = await collectUntil(
    follower,
    (event) => event.type === 'run.status' && event.status === 'requires_action',
  );
  running.upstream.calls.length = 0;
  for (let round = 0; round < 2; round++) {
    const last = entries.at(-1)?.event;
    if (last?.type !== 'run.status') throw new Error('Expected a status');
    await submit(running, last.run);
    const isPause = round === 0 ? 'requires_action' : 'completed';
    entries.push(
      ...(await collectUntil(follower, (event) => event.type === 'run.status' && event.status === isPause)),
    );
  }
  expect((await follower.next()).done).toBe(true);
  expect(statusesOf(entries)).toEqual([
    'queued',
    'in_progress',
    'requires_action',
    'queued',
    'in_progress',
    'requires_action',
    'queued',
    'in_progress',
    'completed',
  ]);
  expect(running.upstream.calls.map(({ operation }) => operation)).toEqual([
    'submitToolOutputsToRun',
    'submitToolOutputsToRun',
  ]);
  const { items } = await running.rest.call('listRunSteps', { ...ids, order: 'asc' });
  expect(callsOf(entries.map(({ event }) => event))).toEqual(
    items.flatMap((step) => {
      const details = step instanceof Error ? undefined : step.step_details;
      return details?.type === 'tool_calls' ? [details.tool_calls] : [];
    }),
  );
});

/** The tool calls of each step, built from deltas as a client would. */
function callsOf(
  events: readonly { type: string; step_id?: string; tool_calls?: readonly ToolCallDelta[] }[],
) {
  const steps = new Map<string, { id: string | null; type: string; function: object }[]>();
  for (const { step_id, tool_calls = [] } of events) {
    if (step_id === undefined) continue;
    const calls = steps.get(step_id) ?? [];
    steps.set(step_id, calls);
    for (const call of tool_calls) {
      if (call.type !== 'function') throw new Error('Only functions are called');
      const known = calls[call.index]?.function ?? {};
      const before = 'arguments' in known ? String(known.arguments) : '';
      const json = call.arguments === null ? before : before.slice(0, call.offset) + call.arguments;
      const built = { name: call.name, arguments: json, output: call.output };
      calls[call.index] = { id: call.id, type: 'function', function: built };
    }
  }
  return [...steps.values()];
}

test('a submit made elsewhere is found by polling', async () => {
  const running = await startRunning();
  const ids = await startRun(running, 'Call alpha.');
  const follower = await running.runs.follow(ids);
  const isWaiting = (event: { type: string; status?: string }) => event.status === 'requires_action';
  const entries = await collectUntil(follower, isWaiting);
  const run = await running.rest.call('getRun', { ...ids });
  await running.rest.call('submitToolOutputsToRun', { ...ids, body: outputsFor(run) });
  running.runs.wake(ids);
  entries.push(
    ...(await collectUntil(follower, (event) => event.type === 'run.status' && event.status === 'completed')),
  );
  expect(Object.values(textsOf(entries))).toEqual([expect.stringContaining('alpha answered: sunny')]);
  const statuses = statusesOf(entries);
  expect(statuses.filter((status, index) => status === statuses[index - 1])).toEqual([]);
});

test('a stream is read to its end without followers, and its log is kept', async () => {
  const running = await startRunning();
  const ids = await startRun(running, 'Hello');
  await running.runs.waitForEnd(ids, new AbortController().signal);
  running.upstream.calls.length = 0;
  const first = await collect(await running.runs.follow(ids));
  const second = await collect(await running.runs.follow(ids));
  expect(outline(first)).toEqual(['queued', ...ANSWERING]);
  expect(second).toEqual(first);
  expect(running.upstream.calls).toEqual([]);
  expect(running.all.counts()).toMatchObject({ watchers: 1, followers: 0, streams: 0, polled: 0 });
});

test('the latest objects are never older than those delivered', async () => {
  const running = await startRunning();
  const ids = await startRun(running, 'Hello');
  for await (const { event } of await running.runs.follow(ids)) {
    const latest = running.runs.latest(ids);
    if (event.type === 'message.delta') {
      const [part] = latest?.message(event.message_id)?.content ?? [];
      const text = part?.type === 'text' ? part.text.value : '';
      expect(text.slice(event.offset)).toContain(event.text);
    }
    if (event.type === 'step.changed') expect(latest?.step(event.step.id)?.id).toBe(event.step.id);
  }
  expect(running.runs.latest(ids)?.run.status).toBe('completed');
  expect(running.runs.latest({ ...ids, run_id: 'run_unknown' })).toBeUndefined();
});

test('a streamed run that is cancelled here needs no poll', async () => {
  const running = await startRunning({ tokenMs: 2 });
  const ids = await startRun(running, 'many words '.repeat(100));
  const follower = await running.runs.follow(ids);
  const entries = await collectUntil(follower, ({ type }) => type === 'message.delta');
  running.upstream.calls.length = 0;
  running.runs.observe(await running.rest.call('cancelRun', { ...ids }));
  entries.push(...(await collect(follower)));
  expect(statusesOf(entries)).toEqual(['queued', 'in_progress', 'cancelling', 'cancelled']);
  expect(outline(entries).slice(-3)).toEqual(['message incomplete', 'step cancelled', 'cancelled']);
  expect(running.upstream.calls.map(({ operation }) => operation)).toEqual(['cancelRun']);
});
