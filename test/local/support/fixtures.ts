import type { Json, RestCaller } from './rest-caller.ts';

/** A function with a city as its parameter. */
export const getWeather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

export const getTime = { type: 'function', function: { name: 'get_time' } };

/** Long enough for a test to interrupt the run that repeats it. */
export const LONG = Array.from({ length: 400 }, (_, index) => `word${index}`).join(' ');

export function addAssistant(api: RestCaller, body: object = {}): Promise<Json> {
  return api.post('/assistants', { model: 'gpt-4', ...body });
}

export function addThread(api: RestCaller, ...messages: string[]): Promise<Json> {
  return api.post('/threads', { messages: messages.map((content) => ({ role: 'user', content })) });
}

/** A run on a new thread with one message. */
export async function addRun(
  api: RestCaller,
  content: string,
  body: object = {},
  assistant: object = {},
): Promise<Json> {
  const { id } = await addAssistant(api, assistant);
  const thread = await addThread(api, content);
  return api.post(`/threads/${thread.id}/runs`, { assistant_id: id, ...body });
}

/** The text of the newest message of a thread. */
export async function newestText(api: RestCaller, threadId: string): Promise<string> {
  const { data } = await api.get(`/threads/${threadId}/messages?limit=1`);
  return data[0].content[0].text.value;
}

/** Outputs for all calls of a run that requires action. */
export function outputsFor(run: Json, output = 'sunny'): { tool_outputs: object[] } {
  const calls: Json[] = run.required_action.submit_tool_outputs.tool_calls;
  return { tool_outputs: calls.map(({ id }) => ({ tool_call_id: id, output })) };
}
