import { expect, test } from 'vitest';
import { isTerminal } from '../../src/rest/run-status.ts';
import type { RunEvent } from '../../src/runs/events.ts';
import type { RunIds, RunLogEntry } from '../../src/runs/runs.ts';
import { afterEvents, type CutAt, insideCharacter, passOnCut } from '../support/cut.ts';
import { poll } from '../support/poll.ts';
import { collect, collectUntil, outline, statusesOf, textsOf } from './support/entries.ts';
import { type Running, startRun, startRunning } from './support/running.ts';

const SAYS = 'Grüße 👋🏽 und 日本語, bitte';

async function startCutting(cutAt: (path: string) => CutAt): Promise<Running> {
  const running = await startRunning({ maxStreams: 64 });
  running.upstream.intercept = (call, response) => {
    if (!call.body.includes('"stream":true')) return false;
    passOnCut(running.localUrl, call, response, cutAt(call.path));
    return true;
  };
  return running;
}

async function finalTexts({ rest }: Running, { thread_id, run_id }: RunIds): Promise<Record<string, string>> {
  const { items } = await rest.call('listMessages', { thread_id, limit: 100, order: 'asc' });
  const texts: Record<string, string> = {};
  for (const item of items) {
    if (item instanceof Error || item.run_id !== run_id) continue;
    const [part] = item.content;
    if (part?.type === 'text') texts[`${item.id}/0`] = part.text.value;
  }
  return texts;
}

function expectNoRepetition(entries: readonly RunLogEntry[]): void {
  const statuses = statusesOf(entries);
  expect(statuses.filter((status, index) => status === statuses[index - 1])).toEqual([]);
  expect(isTerminal(statuses.at(-1) ?? '')).toBe(true);
  expect(new Set(entries.map(({ cursor }) => cursor)).size).toBe(entries.length);
}

test('a stream cut after any of its events loses no text and repeats no status', async () => {
  let index = 0;
  const running = await startCutting(() => afterEvents(++index));
  const received = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const ids = await startRun(running, SAYS);
      const entries = await collect(await running.runs.follow(ids));
      expect(textsOf(entries)).toEqual(await finalTexts(running, ids));
      expectNoRepetition(entries);
      return outline(entries);
    }),
  );
  for (const words of received) {
    expect(words[0]).toBe('queued');
    // If the first poll that sees the message finds it completed, its text comes after that.
    expect(words.filter((word) => word !== 'message.delta').slice(-3)).toEqual([
      'message completed',
      'step completed',
      'completed',
    ]);
  }
  expect(index).toBe(40);
});

test('a stream cut inside a character loses no text', async () => {
  let index = 0;
  const running = await startCutting(() => insideCharacter(index++));
  await Promise.all(
    // The text has at least this many of them.
    Array.from({ length: 12 }, async () => {
      const ids = await startRun(running, SAYS);
      const entries = await collect(await running.runs.follow(ids));
      expect(textsOf(entries)).toEqual(await finalTexts(running, ids));
      expectNoRepetition(entries);
    }),
  );
});

test('streams cut after any event, with tool calls and submits, lose and repeat nothing', async () => {
  const cuts = new Map<string, number>();
  const running = await startRunning({ maxStreams: 64 });
  let count = 0;
  running.upstream.intercept = (call, response) => {
    if (!call.body.includes('"stream":true')) return false;
    const [, , thread = ''] = call.path.split('/');
    const cut = cuts.get(thread) ?? ++count;
    cuts.set(thread, cut);
    passOnCut(running.localUrl, call, response, afterEvents(cut));
    return true;
  };
  const isStop = (event: RunEvent) =>
    event.type === 'run.status' && (event.status === 'requires_action' || isTerminal(event.status));
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      const ids = await startRun(running, 'Call alpha.');
      const follower = await running.runs.follow(ids);
      const entries = await collectUntil(follower, isStop);
      await submit(running, entries.at(-1)?.event);
      entries.push(...(await collect(follower)));
      expect(statusesOf(entries).filter((status) => status === 'requires_action')).toHaveLength(1);
      expect(textsOf(entries)).toEqual(await finalTexts(running, ids));
      expectNoRepetition(entries);
    }),
  );
});

async function submit({ runs, rest }: Running, event: RunEvent | undefined): Promise<void> {
  if (event?.type !== 'run.status' || event.run.required_action === null)
    throw new Error('Expected requires_action');
  if (event.run.required_action === 'unreadable') throw new Error('Unreadable');
  const { tool_calls } = event.run.required_action.submit_tool_outputs;
  const tool_outputs = tool_calls.map(({ id }) => ({ tool_call_id: id, output: 'sunny' }));
  const { thread_id, id: run_id } = event.run;
  await runs.start(rest, 'submitToolOutputsToRun', { thread_id, run_id, body: { tool_outputs } });
}

test('a follower that joins after a stream was cut gets everything', async () => {
  const running = await startCutting(() => afterEvents(8));
  const ids = await startRun(running, SAYS);
  await poll(
    async () => running.all.counts().streams,
    (streams) => streams === 0,
  );
  await poll(
    () => running.rest.call('getRun', { ...ids }),
    ({ status }) => status === 'completed',
  );
  const entries = await collect(await running.runs.follow(ids));
  expect(textsOf(entries)).toEqual(await finalTexts(running, ids));
  expect(statusesOf(entries)).toEqual(['queued', 'in_progress', 'completed']);
});
