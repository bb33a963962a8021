import { expect, test } from 'vitest';
import { run as runSchema } from '../../src/rest/wire/run.ts';
import type { RunEvent } from '../../src/runs/events.ts';
import type { LogBatch, RunLog } from '../../src/runs/log.ts';
import { createMemoryLog } from '../../src/runs/memory-log.ts';
import { createScript } from './support/script.ts';

/** The contract of a log, for any implementation. */
const openLog = async (): Promise<RunLog> =>
  createMemoryLog({ thread_id: 'thread_1', run_id: 'run_1' }, 'AAAAAAAA');

const script = createScript('thread_1', 'run_1');
const reset: RunEvent = { type: 'reset', run: runSchema.parse(script.run) };
const delta = (offset: number): RunEvent => ({
  type: 'message.delta',
  message_id: 'msg_1',
  index: 0,
  offset,
  text: 'x',
  annotations: [],
});
const deltas = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => delta(first + index));

const offsets = ({ entries }: LogBatch) =>
  entries.map(({ event }) => (event.type === 'message.delta' ? event.offset : event.type));

test('entries are read in the order in which they were appended, in batches, each once', async () => {
  const log = await openLog();
  expect(await log.read(log.start, 10)).toMatchObject({ entries: [], isEnd: false });
  await log.append(deltas(0, 4));
  await log.append(deltas(5, 6));
  const first = await log.read(log.start, 3);
  const second = await log.read(first.next, 3);
  const third = await log.read(second.next, 3);
  expect([first, second, third].map(offsets)).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
  expect(third.next).toBe(log.head);
  expect(offsets(await log.read(third.next, 3))).toEqual([]);
});

test('all readers get the same objects, and each entry has its own cursor', async () => {
  const log = await openLog();
  await log.append(deltas(0, 9));
  const [first, second] = [await log.read(0, 100), await log.read(0, 100)];
  for (const [index, entry] of first.entries.entries()) expect(second.entries[index]).toBe(entry);
  expect(new Set(first.entries.map(({ cursor }) => cursor)).size).toBe(10);
});

test('a reader sees the end only after the last entry', async () => {
  const log = await openLog();
  await log.append(deltas(0, 4));
  await log.end();
  expect((await log.read(0, 3)).isEnd).toBe(false);
  expect((await log.read(3, 3)).isEnd).toBe(true);
  expect(await log.read(5, 3)).toMatchObject({ entries: [], isEnd: true });
});

test('listeners are called with appended entries, without gaps, until they stop listening', async () => {
  const log = await openLog();
  await log.append(deltas(0, 1));
  const heard: LogBatch[] = [];
  const stop = log.listen((batch) => heard.push(batch));
  await log.append(deltas(2, 3));
  await log.checkpoint(reset, deltas(0, 0));
  await log.append(deltas(4, 4));
  await log.end();
  stop();
  await log.append(deltas(5, 5));
  expect(heard.map(offsets)).toEqual([[2, 3], [], [4], []]);
  expect(heard.map(({ after }) => after)).toEqual([2, ...heard.slice(0, -1).map(({ next }) => next)]);
  expect(heard.map(({ isEnd }) => isEnd)).toEqual([false, false, false, true]);
});

test('up-to-date readers skip a checkpoint, and other readers get it', async () => {
  const log = await openLog();
  await log.append(deltas(0, 4));
  const upToDate = log.head;
  await log.checkpoint(reset, deltas(0, 1));
  expect(offsets(await log.read(upToDate, 10))).toEqual([]);
  await log.append(deltas(5, 6));
  expect(offsets(await log.read(upToDate, 10))).toEqual([5, 6]);
  expect(offsets(await log.read(upToDate - 1, 10))).toEqual(['reset', 0, 1, 5, 6]);
  expect(offsets(await log.read(0, 10))).toEqual(['reset', 0, 1, 5, 6]);
  // A cursor inside the checkpoint continues there. A reader without a cursor gets no reset.
  expect(offsets(await log.read(upToDate + 1, 10))).toEqual([0, 1, 5, 6]);
  expect(offsets(await log.read(upToDate + 2, 10))).toEqual([1, 5, 6]);
  expect(offsets(await log.read(log.start, 10))).toEqual([0, 1, 5, 6]);
  await log.checkpoint(reset, deltas(0, 2));
  expect(offsets(await log.read(upToDate, 10))).toEqual(['reset', 0, 1, 2]);
});

test('the size of a log grows with what is appended and shrinks with a checkpoint', async () => {
  const log = await openLog();
  await log.append(deltas(0, 99));
  const full = log.bytes;
  expect(log.bytesAfterCheckpoint).toBe(full);
  await log.checkpoint(reset, deltas(0, 0));
  expect(log.bytes).toBeLessThan(full / 10);
  expect(log.bytesAfterCheckpoint).toBe(0);
  await log.append([{ ...reset, type: 'run.status', status: 'x'.repeat(1000), at: 1 }]);
  expect(log.bytesAfterCheckpoint).toBeGreaterThan(2000);
});
