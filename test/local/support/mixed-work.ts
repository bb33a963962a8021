import { addAssistant, addThread, getWeather, outputsFor } from './fixtures.ts';
import type { Json, RestCaller } from './rest-caller.ts';

const TALK = Array.from({ length: 12 }, (_, index) => `word${index}`).join(' ');

/** What an API has acknowledged, and so must still know after it was killed. */
export interface Acknowledged {
  /** By path: the object as it was answered, or null once its deletion was. */
  readonly objects: Map<string, Json>;
  /** Paths whose last write was never answered: it may have happened or not. */
  readonly unsure: Set<string>;
  /** The runs that were started, by path. */
  readonly runs: Map<string, Json>;
}

export function nothingYet(): Acknowledged {
  return { objects: new Map(), unsure: new Set(), runs: new Map() };
}

/** A small generator of random numbers from 0 to 1: the same seed leads to the same work. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Works on an API until that is killed: each kind of write in turn, each answer noted. */
export async function workUntilKilled(
  api: RestCaller,
  known: Acknowledged,
  random: () => number,
): Promise<void> {
  const kinds = [changeAssistant, talk, talkAndCancel, callFunction, keepThread, dropThread];
  try {
    for (;;) await kinds[Math.floor(random() * kinds.length)]?.(api, known);
  } catch (error) {
    // The API is gone: what was under way is unsure. Anything else is a failure of the test.
    if (!(error instanceof TypeError)) throw error;
  }
}

async function write(known: Acknowledged, path: string, work: () => Promise<Json>): Promise<Json> {
  known.unsure.add(path);
  const answer = await work();
  known.objects.set(path, answer);
  known.unsure.delete(path);
  return answer;
}

async function changeAssistant(api: RestCaller, known: Acknowledged) {
  const { id } = await addAssistant(api, { name: 'new' });
  const path = `/assistants/${id}`;
  await write(known, path, () => api.post(path, { name: 'changed', metadata: { a: 'b' } }));
  await write(known, path, async () => {
    await api.remove(path);
    return null;
  });
}

async function start(api: RestCaller, known: Acknowledged, says: string): Promise<Json> {
  const assistant_id = await sharedAssistant(api, known);
  const messages = [{ role: 'user', content: says }];
  const run = await api.post('/threads/runs', { assistant_id, thread: { messages } });
  known.runs.set(`/threads/${run.thread_id}/runs/${run.id}`, { ...run, says });
  return run;
}

/** One assistant for all runs: the first that was acknowledged. */
async function sharedAssistant(api: RestCaller, known: Acknowledged): Promise<string> {
  for (const object of known.objects.values()) if (object?.name === 'shared') return object.id;
  const assistant = await addAssistant(api, { name: 'shared', tools: [getWeather] });
  known.objects.set(`/assistants/${assistant.id}`, assistant);
  return assistant.id;
}

async function talk(api: RestCaller, known: Acknowledged) {
  await api.until(await start(api, known, TALK), 'completed');
}

async function talkAndCancel(api: RestCaller, known: Acknowledged) {
  const run = await start(api, known, TALK);
  const answer = await api.call('POST', `/threads/${run.thread_id}/runs/${run.id}/cancel`);
  if (answer.status !== 200) return;
  const path = `/threads/${run.thread_id}/runs/${run.id}`;
  known.runs.set(path, { ...known.runs.get(path), cancelled: true });
  await api.until(run, 'cancelled');
}

async function callFunction(api: RestCaller, known: Acknowledged) {
  const run = await start(api, known, 'get_weather');
  const waiting = await api.until(run, 'requires_action');
  await api.post(`/threads/${run.thread_id}/runs/${run.id}/submit_tool_outputs`, outputsFor(waiting));
  await api.until(run, 'completed');
}

async function keepThread(api: RestCaller, known: Acknowledged) {
  const thread = await addThread(api);
  known.objects.set(`/threads/${thread.id}`, thread);
  const message = await api.post(`/threads/${thread.id}/messages`, { role: 'user', content: 'kept' });
  known.objects.set(`/threads/${thread.id}/messages/${message.id}`, message);
}

async function dropThread(api: RestCaller, known: Acknowledged) {
  const thread = await addThread(api, 'one', 'two');
  const path = `/threads/${thread.id}`;
  known.objects.set(path, thread);
  await write(known, path, async () => {
    await api.remove(path);
    return null;
  });
}

/** The text that the offline model answers a run with. */
export function answerTo(says: string, output?: string): string {
  const woven = output === undefined ? '' : `\n\nThe function get_weather answered: ${output}`;
  return `I am the offline model of the local API.\n\nYou said: ${says}${woven}`;
}
