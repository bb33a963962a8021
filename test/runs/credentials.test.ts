/** With AUTH=passthrough, clients choose the credentials: any number of them takes a bounded amount of memory. */
import { expect, onTestFinished, test } from 'vitest';
import { createTransport } from '../../src/rest/transport.ts';
import { createRuns } from '../../src/runs/create-runs.ts';

test('of the credentials without watched runs, those that were not used for longest are forgotten', async () => {
  const transport = createTransport({ url: 'http://127.0.0.1:9/v1', connections: 1 });
  const all = createRuns({ transport });
  onTestFinished(async () => {
    await all.close();
    await transport.close();
  });
  const runsOf = (apiKey: string) => all.of({ apiKey, organization: undefined, beta: 'assistants=v1' });
  const [first, second] = [runsOf('first'), runsOf('second')];
  for (let index = 0; index < 9_998; index++) runsOf(`key-${index}`);
  expect(runsOf('first')).toBe(first);
  runsOf('one more');
  expect(runsOf('first')).toBe(first);
  expect(runsOf('second')).not.toBe(second);
});
