/** Objects for tests to read, created through the REST API. */
import { collect, createRestCaller } from '../local/support/rest-caller.ts';

/** REST ids, in the order of creation. */
export interface World {
  /** Has the functions `alpha` and `beta`, and the three files. */
  readonly assistantId: string;
  /** All assistants. The first is `assistantId`. */
  readonly assistantIds: readonly string[];
  readonly fileIds: readonly string[];
  readonly threadId: string;
  /** The first is a user message with the three files, the second is the message of the first run. */
  readonly messageIds: readonly string[];
  /** All completed. The first called both functions one after the other, then wrote a message. */
  readonly runIds: readonly string[];
  /** The steps of the first run: two rounds of calls, and a message. */
  readonly stepIds: readonly string[];
}

/** The fields of REST objects that tests read. */
export interface RestObject {
  readonly id: string;
  readonly thread_id: string;
  readonly status: string;
  readonly required_action: { submit_tool_outputs: { tool_calls: { id: string }[] } } | null;
}

const KEY = 'key';

/** Sends a request to the REST API: a POST if there is a body. @throws if the status is 400 or above */
export async function callRest<Body = RestObject>(url: string, path: string, body?: unknown): Promise<Body> {
  return sendRest(url, path, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** @throws if the status is 400 or above */
export async function deleteRest(url: string, path: string): Promise<void> {
  await sendRest(url, path, { method: 'DELETE' });
}

async function sendRest(url: string, path: string, request: RequestInit) {
  const response = await fetch(url + path, {
    ...request,
    headers: {
      authorization: `Bearer ${KEY}`,
      'openai-beta': 'assistants=v1',
      'content-type': 'application/json',
    },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

const functions = ['alpha', 'beta'].map((name) => ({ type: 'function', function: { name } }));

/** @param url of the local API */
export async function createWorld(url: string): Promise<World> {
  const fileIds = [await upload(url), await upload(url), await upload(url)];
  const assistants = [
    await callRest(url, '/assistants', { model: 'offline', tools: functions, file_ids: fileIds }),
    await callRest(url, '/assistants', { model: 'offline' }),
    await callRest(url, '/assistants', { model: 'offline' }),
  ];
  const assistantId = assistants[0]?.id ?? '';
  const { id: threadId } = await callRest(url, '/threads', {
    messages: [{ role: 'user', content: 'Call alpha, then beta.', file_ids: fileIds }],
  });
  const first = await finishRun(url, threadId, assistantId);
  const second = await finishRun(url, threadId, assistantId, { tools: [] });
  const third = await finishRun(url, threadId, assistantId, { tools: [] });
  return {
    assistantId,
    assistantIds: assistants.map(({ id }) => id),
    fileIds,
    threadId,
    messageIds: await listed(url, `/threads/${threadId}/messages`),
    runIds: [first, second, third],
    stepIds: await listed(url, `/threads/${threadId}/runs/${first}/steps`),
  };
}

/** Creates a thread with a run that requires the output of a call to `alpha`. */
export async function createWaitingRun(url: string, assistantId: string): Promise<RestObject> {
  const thread = { messages: [{ role: 'user', content: 'Call alpha.' }] };
  return streamRun(url, '/threads/runs', { assistant_id: assistantId, thread });
}

/** Creates a run on the thread, submits the outputs it asks for, and waits for its end. @returns its REST id */
export async function finishRun(
  url: string,
  threadId: string,
  assistantId: string,
  options = {},
): Promise<string> {
  const body = { assistant_id: assistantId, ...options };
  let run = await streamRun(url, `/threads/${threadId}/runs`, body);
  while (run.required_action !== null) {
    const tool_outputs = run.required_action.submit_tool_outputs.tool_calls.map((call) => ({
      tool_call_id: call.id,
      output: 'done',
    }));
    const path = `/threads/${threadId}/runs/${run.id}/submit_tool_outputs`;
    run = await streamRun(url, path, { tool_outputs });
  }
  return run.id;
}

/** Starts or continues a run, and waits for the end of its stream. @returns the run, ended or waiting for tool outputs */
async function streamRun(url: string, path: string, body: object): Promise<RestObject> {
  const events = await collect(createRestCaller(url).stream(path, body, { key: KEY }));
  const last = events.findLast(({ data }) => data.object === 'thread.run');
  if (last === undefined) throw new Error(`${path}: a stream without a run`);
  return last.data;
}

async function listed(url: string, path: string): Promise<string[]> {
  const { data } = await callRest<{ data: RestObject[] }>(url, `${path}?order=asc`);
  return data.map(({ id }) => id);
}

export async function upload(url: string): Promise<string> {
  const form = new FormData();
  form.set('purpose', 'assistants');
  form.set('file', new Blob(['Apples are red.']), 'fruit.txt');
  const response = await fetch(`${url}/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'openai-beta': 'assistants=v1' },
    body: form,
  });
  const { id } = await response.json();
  return id;
}
