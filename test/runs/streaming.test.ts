import { expect, test } from 'vitest';
import { startRun, startRunning } from './support/running.ts';
import { collect, outline, textsOf } from './support/told.ts';

const ANSWERING = [
  'in_progress',
  'step in_progress',
  'message in_progress',
  'message.delta',
  'message completed',
  'step completed',
  'completed',
];

test('a run started here is told from its start to its end, with one request and no poll', async () => {
  const running = await startRunning();
  const ids = await startRun(running, 'Hello');
  running.upstream.calls.length = 0;
  const entries = await collect(await running.runs.follow(ids));
  expect(outline(entries)).toEqual(['queued', ...ANSWERING]);
  expect(running.upstream.calls).toEqual([]);
  const { items } = await running.rest.call('listMessages', { thread_id: ids.thread_id, limit: 1 });
  expect(Object.values(textsOf(entries))).toEqual([expect.stringContaining('You said: Hello')]);
  expect(items).toMatchObject([{ content: [{ text: { value: Object.values(textsOf(entries))[0] } }] }]);
});
