import { describe, expect, it } from 'vitest';
import { outputsFor } from './support/fixtures.ts';
import { type KillableApi, startProcess } from './support/killable.ts';
import { newDataDir } from './support/local-api.ts';
import {
  type Acknowledged,
  answerTo,
  createRandom,
  nothingYet,
  workUntilKilled,
} from './support/mixed-work.ts';
import type { Json } from './support/rest-caller.ts';

/** Together a hundred rounds; two at a time, since most of a round is waiting. */
const CHAINS = [1, 2];
const ROUNDS_A_CHAIN = 50;
const WORKERS = 4;
const LONGEST_ROUND_MS = 250;
/** Of objects and of runs, in each chain: fewer would show nothing. */
const LEAST_WORK = 10;
const ENDED = ['completed', 'cancelled', 'failed', 'expired', 'incomplete'];

describe('killed at random moments, through a hundred rounds of mixed work', () => {
  it('the local API loses nothing that it acknowledged, and brings every run to its end', async () => {
    await Promise.all(CHAINS.map(killAgainAndAgain));
  }, 120_000);
});

async function killAgainAndAgain(chain: number): Promise<void> {
  const random = createRandom(chain);
  const dataDir = newDataDir();
  const known = nothingYet();
  for (let round = 0; round < ROUNDS_A_CHAIN; round += 1) {
    const api = await startProcess({ dataDir, tokenMs: Math.floor(random() * 3) });
    const done = Promise.all(Array.from({ length: WORKERS }, () => workUntilKilled(api, known, random)));
    await passTime(random() * LONGEST_ROUND_MS);
    await api.kill();
    await done;
  }
  const api = await startProcess({ dataDir });
  await expectObjects(api, known);
  await expectRuns(api, known);
}

/** The one thing that is waited for here: the random moment of the kill. */
function passTime(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function expectObjects(api: KillableApi, known: Acknowledged) {
  expect(known.objects.size).toBeGreaterThan(LEAST_WORK);
  for (const [path, object] of known.objects) {
    if (known.unsure.has(path)) continue;
    const answer = await api.call('GET', path);
    expect([path, answer.status]).toEqual([path, object === null ? 404 : 200]);
    if (object !== null) expect(answer.body).toEqual(object);
  }
}

async function expectRuns(api: KillableApi, known: Acknowledged) {
  expect(known.runs.size).toBeGreaterThan(LEAST_WORK);
  for (const [path, started] of known.runs) {
    let run = await api.until(started, 'requires_action', ...ENDED);
    if (run.status === 'requires_action') {
      await api.post(`${path}/submit_tool_outputs`, outputsFor(run));
      run = await api.until(started, ...ENDED);
    }
    if (started.cancelled) expect(run.status).toBe('cancelled');
    else expect(['completed', 'cancelled']).toContain(run.status);
    await expectMessages(api, run, started.says);
    await api.post(`/threads/${run.thread_id}/messages`, { role: 'user', content: 'the thread is free' });
  }
}

async function expectMessages(api: KillableApi, run: Json, says: string) {
  const messages: Json[] = (await api.get(`/threads/${run.thread_id}/messages?run_id=${run.id}`)).data;
  const steps: Json[] = (await api.get(`/threads/${run.thread_id}/runs/${run.id}/steps`)).data;
  expect([...messages, ...steps].filter(({ status }) => status === 'in_progress')).toEqual([]);
  expect(messages.length).toBeLessThanOrEqual(1);
  const whole = answerTo(says, says === 'get_weather' ? 'sunny' : undefined);
  const text = messages[0]?.content[0]?.text.value ?? '';
  if (run.status === 'completed') expect(text).toBe(whole);
  else expect(whole.startsWith(text)).toBe(true);
}
