import { addAssistant, addThread, getWeather, outputsFor } from './fixtures.ts';
import type { Json, RestCaller } from './rest-caller.ts';

const MESSAGE = Array.from({ length: 12 }, (_, index) => `word${index}`).join(' ');

/** What an API has acknowledged, and must still have after it was killed. */
export interface Acknowledged {
  /** The object in the last response, by path. Null after a deletion. */
  readonly objects: Map<string, Json>;
  /** Paths whose last write got no response: it may or may not have happened. */
  readonly unsure: Set<string>;
  /** The started runs, by path. */
  readonly runs: Map<string, Json>;
}

export function nothingAcknowledged(): Acknowledged {
  return { objects: new Map(), unsure: new Set(), runs: new Map() };
}

/** Returns random numbers from 0 to 1, always the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Makes random writes until the API is killed, and records each response. */
export async function workUntilKilled(
  api: RestCaller,
  known: Acknowledged,
  random: () => number,
): Promise<void> {
  const kinds = [changeAssistant, completeRun, cancelRun, callFunction, addMessage, deleteThread];
  try {
    for (;;) await kinds[Math.floor(random() * kinds.length)]?.(api, known);
  } catch (error) {
    // fetch throws a TypeError once the API is killed. Anything else fails the test.
    if (!(error instanceof TypeError)) throw error;
  }
}

async function write(known: Acknowledged, path: string, work: () => Promise<Json>): Promise<Json> {
  known.unsure.add(path);
  const object = await work();
  known.objects.set(path, object);
  known.unsure.delete(path);
  return object;
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

async function startRun(api: RestCaller, known: Acknowledged, content: string): Promise<Json> {
  const assistant_id = await sharedAssistant(api, known);
  const messages = [{ role: 'user', content }];
  const run = await api.post('/threads/runs', { assistant_id, thread: { messages } });
  known.runs.set(`/threads/${run.thread_id}/runs/${run.id}`, { ...run, content });
  return run;
}

/** The assistant of all runs: the first that was acknowledged. */
async function sharedAssistant(api: RestCaller, known: Acknowledged): Promise<string> {
  for (const object of known.objects.values()) if (object?.name === 'shared') return object.id;
  const assistant = await addAssistant(api, { name: 'shared', tools: [getWeather] });
  known.objects.set(`/assistants/${assistant.id}`, assistant);
  return assistant.id;
}

async function completeRun(api: RestCaller, known: Acknowledged) {
  await api.until(await startRun(api, known, MESSAGE), 'completed');
}

async function cancelRun(api: RestCaller, known: Acknowledged) {
  const run = await startRun(api, known, MESSAGE);
  const path = `/threads/${run.thread_id}/runs/${run.id}`;
  const response = await api.call('POST', `${path}/cancel`);
  if (response.status !== 200) return;
  known.runs.set(path, { ...known.runs.get(path), cancelled: true });
  await api.until(run, 'cancelled');
}

async function callFunction(api: RestCaller, known: Acknowledged) {
  const run = await startRun(api, known, 'get_weather');
  const waiting = await api.until(run, 'requires_action');
  await api.post(`/threads/${run.thread_id}/runs/${run.id}/submit_tool_outputs`, outputsFor(waiting));
  await api.until(run, 'completed');
}

async function addMessage(api: RestCaller, known: Acknowledged) {
  const thread = await addThread(api);
  known.objects.set(`/threads/${thread.id}`, thread);
  const message = await api.post(`/threads/${thread.id}/messages`, { role: 'user', content: 'kept' });
  known.objects.set(`/threads/${thread.id}/messages/${message.id}`, message);
}

async function deleteThread(api: RestCaller, known: Acknowledged) {
  const thread = await addThread(api, 'one', 'two');
  const path = `/threads/${thread.id}`;
  known.objects.set(path, thread);
  await write(known, path, async () => {
    await api.remove(path);
    return null;
  });
}

/** The offline model's response to a message, with the output of get_weather if that was called. */
export function responseTo(content: string, output?: string): string {
  const quoted = output === undefined ? '' : `\n\nThe function get_weather answered: ${output}`;
  return `I am the offline model of the local API.\n\nYou said: ${content}${quoted}`;
}
