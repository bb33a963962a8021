import { describe, expect, it } from 'vitest';
import { outputsFor } from './support/fixtures.ts';
import { type KillableApi, startProcess } from './support/killable.ts';
import { newDataDir } from './support/local-api.ts';
import {
  type Acknowledged,
  createRandom,
  nothingAcknowledged,
  responseTo,
  workUntilKilled,
} from './support/mixed-work.ts';
import type { Json } from './support/rest-caller.ts';

/** A hundred rounds in all. Two chains run at once, because most of a round is waiting. */
const CHAINS = [1, 2];
const ROUNDS_PER_CHAIN = 50;
const WORKERS = 4;
const MAX_ROUND_MS = 250;
/** The number of objects and of runs in each chain below which the test would prove nothing. */
const MIN_WORK = 10;
const ENDED = ['completed', 'cancelled', 'failed', 'expired', 'incomplete'];

describe('the local API, killed at random moments in a hundred rounds of mixed work,', () => {
  it('loses nothing that it acknowledged and ends every run', async () => {
    await Promise.all(CHAINS.map(killAgainAndAgain));
  }, 120_000);
});

async function killAgainAndAgain(chain: number): Promise<void> {
  const random = createRandom(chain);
  const dataDir = newDataDir();
  const known = nothingAcknowledged();
  for (let round = 0; round < ROUNDS_PER_CHAIN; round += 1) {
    const api = await startProcess({ dataDir, tokenMs: Math.floor(random() * 3) });
    const done = Promise.all(Array.from({ length: WORKERS }, () => workUntilKilled(api, known, random)));
    await pause(random() * MAX_ROUND_MS);
    await api.kill();
    await done;
  }
  const api = await startProcess({ dataDir });
  await expectObjects(api, known);
  await expectRuns(api, known);
}

/** Not a wait for an event: the random time until the kill. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function expectObjects(api: KillableApi, known: Acknowledged) {
  expect(known.objects.size).toBeGreaterThan(MIN_WORK);
  for (const [path, object] of known.objects) {
    if (known.unsure.has(path)) continue;
    const response = await api.call('GET', path);
    expect([path, response.status]).toEqual([path, object === null ? 404 : 200]);
    if (object !== null) expect(response.body).toEqual(object);
  }
}

async function expectRuns(api: KillableApi, known: Acknowledged) {
  expect(known.runs.size).toBeGreaterThan(MIN_WORK);
  for (const [path, started] of known.runs) {
    let run = await api.until(started, 'requires_action', ...ENDED);
    if (run.status === 'requires_action') {
      await api.post(`${path}/submit_tool_outputs`, outputsFor(run));
      run = await api.until(started, ...ENDED);
    }
    expect(run.last_error).toBeNull();
    if (started.cancelled) expect(run.status).toBe('cancelled');
    else expect(['completed', 'cancelled']).toContain(run.status);
    await expectMessages(api, run, started.content);
    await api.post(`/threads/${run.thread_id}/messages`, { role: 'user', content: 'the thread is unlocked' });
  }
}

async function expectMessages(api: KillableApi, run: Json, content: string) {
  const messages: Json[] = (await api.get(`/threads/${run.thread_id}/messages?run_id=${run.id}`)).data;
  const steps: Json[] = (await api.get(`/threads/${run.thread_id}/runs/${run.id}/steps`)).data;
  expect([...messages, ...steps].filter(({ status }) => status === 'in_progress')).toEqual([]);
  expect(messages.length).toBeLessThanOrEqual(1);
  const whole = responseTo(content, content === 'get_weather' ? 'sunny' : undefined);
  const text = messages[0]?.content[0]?.text.value ?? '';
  if (run.status === 'completed') expect(text).toBe(whole);
  else expect(whole.startsWith(text)).toBe(true);
}
