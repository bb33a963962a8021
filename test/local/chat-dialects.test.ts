import { describe, expect, it } from 'vitest';
import { dialects, USAGE } from './support/chat-dialects.ts';
import { startChatServer } from './support/chat-server.ts';
import { addRun, getTime, getWeather, newestText, outputsFor } from './support/fixtures.ts';
import { startApi } from './support/local-api.ts';
import { collect, type Json } from './support/rest-caller.ts';

const TEXT = ['The sky', ' is blue, ', 'für 👩‍👩‍👧', '.\n\nReally.'];
const CALLS = [
  { name: 'get_weather', arguments: '{"city":"Köln \\"Süd\\""}' },
  { name: 'get_weather', arguments: '{"city":"Bonn"}' },
  { name: 'get_time', arguments: '{}' },
];

/** Those that count tokens. */
const COUNTING = new Set(['OpenAI', 'llama.cpp', 'Ollama', 'vLLM', 'a server that does not stream']);

describe.each(Object.entries(dialects))('a run on %s', (name, dialect) => {
  async function start() {
    const server = await startChatServer();
    return { server, api: await startApi({ modelServer: server.modelServer }) };
  }

  it('streams the message and has its usage', async () => {
    const { server, api } = await start();
    server.answer((request) => request.reply({ text: TEXT }, dialect));
    const { id } = await api.post('/assistants', { model: 'a-model' });
    const body = { assistant_id: id, thread: { messages: [{ role: 'user', content: 'Hello' }] } };
    const events = await collect(api.stream('/threads/runs', body));
    const deltas = events.filter(({ event }) => event === 'thread.message.delta');
    expect(deltas.map(({ data }) => data.delta.content[0].text.value).join('')).toBe(TEXT.join(''));
    const run = events.at(-2)?.data;
    expect(run).toMatchObject({ status: 'completed', last_error: null });
    expect(await newestText(api, run.thread_id)).toBe(TEXT.join(''));
    if (COUNTING.has(name)) expect(run.usage).toEqual(USAGE);
    else expect(run.usage.completion_tokens).toBeGreaterThan(5);
    expect(server.requests.map(({ body: { model, stream } }) => ({ model, stream }))).toEqual([
      { model: 'a-model', stream: true },
    ]);
  });

  it('makes parallel and repeated calls, round by round, and gets their outputs', async () => {
    const { server, api } = await start();
    const run = await addRun(api, 'Weather?', {}, { model: 'm', tools: [getWeather, getTime] });
    (await server.next()).reply({ calls: CALLS }, dialect);
    const waiting = await api.until(run, 'requires_action', 'failed');
    const calls: Json[] = waiting.required_action.submit_tool_outputs.tool_calls;
    expect(
      calls.map((call) => ({ ...call.function, arguments: JSON.parse(call.function.arguments) })),
    ).toEqual(CALLS.map((call) => ({ ...call, arguments: JSON.parse(call.arguments) })));
    expect((await api.get(`/threads/${run.thread_id}/messages`)).data).toHaveLength(1);
    const path = `/threads/${run.thread_id}/runs/${run.id}`;
    const tool_outputs = calls.map(({ id }, index) => ({ tool_call_id: id, output: `output ${index}` }));
    await api.post(`${path}/submit_tool_outputs`, { tool_outputs });

    const second = await server.next();
    const [asked, ...outputs] = second.body.messages.slice(-4);
    expect(asked.tool_calls.map((call: Json) => call.function.name)).toEqual(CALLS.map((call) => call.name));
    expect(outputs).toEqual(
      asked.tool_calls.map(({ id }: Json, index: number) => ({
        role: 'tool',
        tool_call_id: id,
        content: `output ${index}`,
      })),
    );
    second.reply({ calls: CALLS.slice(0, 1) }, dialect);
    const again = await api.until(run, 'requires_action', 'failed');
    await api.post(`${path}/submit_tool_outputs`, outputsFor(again));
    (await server.next()).reply({ text: TEXT }, dialect);
    const ended = await api.until(run, 'completed', 'failed');
    expect(ended.status).toBe('completed');
    if (COUNTING.has(name)) expect(ended.usage.total_tokens).toBe(3 * USAGE.total_tokens);
  });

  it('is incomplete if the model reached a limit', async () => {
    const { server, api } = await start();
    const run = await addRun(api, 'Hello');
    (await server.next()).reply({ text: TEXT, finish: 'length' }, dialect);
    expect(await api.until(run, 'incomplete', 'failed')).toMatchObject({
      incomplete_details: { reason: 'max_completion_tokens' },
    });
    const [message] = (await api.get(`/threads/${run.thread_id}/messages`)).data;
    expect(message).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_tokens' } });
    expect(message.content[0].text.value).toBe(TEXT.join(''));
  });
});
