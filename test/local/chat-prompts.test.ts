import { describe, expect, it } from 'vitest';
import type { ModelServerOptions } from '../../src/local/models/models.ts';
import { USAGE } from './support/chat-dialects.ts';
import { startChatServer } from './support/chat-server.ts';
import {
  addAssistant,
  addRun,
  addThread,
  getTime,
  getWeather,
  newestText,
  outputsFor,
} from './support/fixtures.ts';
import { startApi } from './support/local-api.ts';
import type { Json } from './support/rest-caller.ts';

const tools = [getWeather, getTime];

async function start(options: Partial<ModelServerOptions> = {}) {
  const chat = await startChatServer(options);
  return { chat, api: await startApi({ modelServer: chat.modelServer }) };
}

/** What the model is asked, if a run is created with this body. */
async function asked(
  body: object,
  assistant: object = {},
  options: Partial<ModelServerOptions> = {},
): Promise<Json> {
  const { chat, api } = await start(options);
  const run = await addRun(api, 'Hello', body, assistant);
  const request = await chat.next();
  request.reply({ text: ['Hi.'] });
  await api.until(run, 'completed');
  return request.body;
}

describe('the request to a model server', () => {
  it('has everything that the run says', async () => {
    const functions = tools.map(({ type, function: each }) => ({ type, function: each }));
    const body = {
      temperature: 0.2,
      top_p: 0.5,
      max_completion_tokens: 300,
      response_format: { type: 'json_object' },
      instructions: 'Be brief.',
    };
    expect(await asked(body, { model: 'llama3.1:8b', tools })).toEqual({
      model: 'llama3.1:8b',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
      ],
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.2,
      top_p: 0.5,
      max_tokens: 300,
      response_format: { type: 'json_object' },
      tools: functions,
    });
  });

  it('has no tools if the run may not call any, and no system message without instructions', async () => {
    const { tools: sent, messages } = await asked({ tool_choice: 'none' }, { tools });
    expect(sent).toBeUndefined();
    expect(messages).toEqual([{ role: 'user', content: 'Hello' }]);
  });

  it('joins the messages of one role in a row, and has those of both roles in turn', async () => {
    const { chat, api } = await start();
    const { id } = await addAssistant(api);
    const thread = await addThread(api, 'One', 'Two');
    await api.post(`/threads/${thread.id}/messages`, { role: 'assistant', content: 'Three' });
    await api.post(`/threads/${thread.id}/messages`, { role: 'user', content: 'Four' });
    await api.post(`/threads/${thread.id}/runs`, { assistant_id: id });
    expect((await chat.next()).body.messages).toEqual([
      { role: 'user', content: 'One\n\nTwo' },
      { role: 'assistant', content: 'Three' },
      { role: 'user', content: 'Four' },
    ]);
  });

  it('ends with a message of the user if the thread does not', async () => {
    const { chat, api } = await start();
    const { id } = await addAssistant(api, { instructions: 'Be brief.' });
    const messagesOf = async (thread: Json) => {
      await api.post(`/threads/${thread.id}/runs`, { assistant_id: id });
      return (await chat.next()).body.messages;
    };
    const system = { role: 'system', content: 'Be brief.' };
    const request = { role: 'user', content: 'Please respond.' };
    expect(await messagesOf(await addThread(api))).toEqual([system, request]);
    const thread = await addThread(api, 'Hello');
    await api.post(`/threads/${thread.id}/messages`, { role: 'assistant', content: 'Hi.' });
    expect(await messagesOf(thread)).toEqual([
      system,
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hi.' },
      request,
    ]);
  });

  it('forces a function in the first round only', async () => {
    const { chat, api } = await start();
    const tool_choice = { type: 'function', function: { name: 'get_time' } };
    const run = await addRun(api, 'Hello', { tool_choice }, { tools });
    const first = await chat.next();
    expect(first.body).toMatchObject({ tool_choice: 'required', tools: [getTime] });
    first.reply({ calls: [{ name: 'get_time', arguments: '' }] });
    const waiting = await api.until(run, 'requires_action');
    expect(waiting.required_action.submit_tool_outputs.tool_calls[0].function.arguments).toBe('{}');
    await api.post(`/threads/${run.thread_id}/runs/${run.id}/submit_tool_outputs`, outputsFor(waiting));
    const second = await chat.next();
    expect(second.body).not.toHaveProperty('tool_choice');
    expect(second.body.tools).toEqual(tools);
  });

  it('forces a function by its name if the server does not know `required`', async () => {
    const { chat, api } = await start();
    const tool_choice = { type: 'function', function: { name: 'get_time' } };
    await addRun(api, 'Hello', { tool_choice }, { tools });
    (await chat.next()).fail(400, { error: { message: 'tool_choice must be auto or a function' } });
    expect((await chat.next()).body).toMatchObject({ tool_choice, tools });
    await addRun(api, 'Hello', { tool_choice }, { tools });
    expect((await chat.next()).body).toMatchObject({ tool_choice, tools });
  });

  it('has what the model wrote before its calls', async () => {
    const { chat, api } = await start();
    const run = await addRun(api, 'Weather?', {}, { tools });
    (await chat.next()).reply({ text: ['Let me see.'], calls: [{ name: 'get_weather', arguments: '{}' }] });
    const waiting = await api.until(run, 'requires_action', 'failed');
    const path = `/threads/${run.thread_id}/runs/${run.id}`;
    expect(await newestText(api, run.thread_id)).toBe('Let me see.');
    const steps: Json[] = (await api.get(`${path}/steps?order=asc`)).data;
    expect(steps.map(({ type, status }) => [type, status])).toEqual([
      ['message_creation', 'completed'],
      ['tool_calls', 'in_progress'],
    ]);
    await api.post(`${path}/submit_tool_outputs`, outputsFor(waiting));
    const second = await chat.next();
    expect(second.body.messages.slice(-2)).toEqual([
      { role: 'assistant', content: 'Let me see.', tool_calls: [expect.anything()] },
      { role: 'tool', tool_call_id: second.body.messages.at(-2).tool_calls[0].id, content: 'sunny' },
    ]);
    second.reply({ text: ['It is sunny.'] });
    expect((await api.until(run, 'completed')).usage.total_tokens).toBe(2 * USAGE.total_tokens);
  });

  it.each<[string, ModelServerOptions['names'], string]>([
    ['as it is', { pairs: [] }, 'gpt-4'],
    ['replaced by the one for all', { pairs: [], forOthers: 'llama3.1' }, 'llama3.1'],
    ['mapped to another', { pairs: [['gpt-4', 'qwen3']], forOthers: 'llama3.1' }, 'qwen3'],
    ['left alone if only others are mapped', { pairs: [['gpt-3.5', 'qwen3']] }, 'gpt-4'],
  ])('has the name of the model %s', async (_, names, expected) => {
    expect((await asked({}, { model: 'gpt-4' }, { names })).model).toBe(expected);
  });

  it('has the key', async () => {
    const { chat, api } = await start({ apiKey: 'sk-key' });
    await addRun(api, 'Hello');
    expect((await chat.next()).headers.authorization).toBe('Bearer sk-key');
  });

  it('is not made for the offline model', async () => {
    const { chat, api } = await start();
    await api.until(await addRun(api, 'Hello', {}, { model: 'offline' }), 'completed');
    expect(chat.requests).toEqual([]);
  });

  it.each<[string, object, object]>([
    ['stream_options', { message: "Unsupported parameter: 'stream_options'" }, { stream_options: undefined }],
    [
      'max_tokens',
      { message: "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead." },
      { max_tokens: undefined, max_completion_tokens: 300 },
    ],
    ['top_p', { message: 'temperature and top_p cannot both be specified' }, { top_p: undefined }],
    [
      'a parameter in a list of mistakes',
      { message: { detail: [{ loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted' }] } },
      { stream_options: undefined },
    ],
  ])(
    'is made without %s if the server refuses that, and so are those that follow',
    async (_, error, changed) => {
      const { chat, api } = await start();
      const run = await addRun(api, 'Hello', { max_completion_tokens: 300 });
      const first = await chat.next();
      first.fail(422, error);
      const second = await chat.next();
      expect(second.body).toEqual(JSON.parse(JSON.stringify({ ...first.body, ...changed })));
      second.reply({ text: ['Hi.'] });
      await api.until(run, 'completed');
      await addRun(api, 'Hello', { max_completion_tokens: 300 });
      expect((await chat.next()).body).toEqual(second.body);
    },
  );

  it('has a parameter that the server refuses if the run has set it: then the run fails', async () => {
    const { chat, api } = await start();
    const run = await addRun(api, 'Hello', { top_p: 0.5 });
    (await chat.next()).fail(400, { error: { message: 'top_p is not supported' } });
    expect((await api.until(run, 'failed')).last_error.message).toContain('top_p is not supported');
  });
});

describe('the limits of tokens', () => {
  const words = (count: number, word: string) => `${word} `.repeat(count).trim();
  const textsOf = (body: Json): string => body.messages.map(({ content }: Json) => content).join(' ');

  it('truncate a long thread to the context, and keep its first message and its newest ones', async () => {
    const { chat, api } = await start({ contextTokens: 1_000 });
    const { id } = await addAssistant(api);
    const thread = await addThread(
      api,
      words(50, 'first'),
      words(500, 'middle'),
      words(100, 'late'),
      words(50, 'last'),
    );
    await api.post(`/threads/${thread.id}/runs`, { assistant_id: id });
    const texts = textsOf((await chat.next()).body);
    expect(['first', 'middle', 'late', 'last'].filter((word) => texts.includes(word))).toEqual([
      'first',
      'late',
      'last',
    ]);
  });

  it('leave more to the prompt if the run limits the response', async () => {
    const { chat, api } = await start({ contextTokens: 2_000 });
    const { id } = await addAssistant(api);
    const thread = await addThread(api, words(100, 'one'), words(1_350, 'two'), words(50, 'three'));
    await api.post(`/threads/${thread.id}/runs`, { assistant_id: id, max_completion_tokens: 256 });
    expect(textsOf((await chat.next()).body)).toContain('two');
  });

  it('truncate it further if the server says that it is too long, once', async () => {
    const { chat, api } = await start();
    const { id } = await addAssistant(api);
    const thread = await addThread(api, words(300, 'old'), words(200, 'new'));
    const run = await api.post(`/threads/${thread.id}/runs`, { assistant_id: id });
    const tooLong = {
      error: { type: 'exceed_context_size_error', message: 'the request exceeds the context' },
    };
    const first = await chat.next();
    expect(textsOf(first.body)).toContain('old');
    first.fail(400, tooLong);
    const second = await chat.next();
    expect(textsOf(second.body)).not.toContain('old');
    second.fail(400, tooLong);
    expect((await api.until(run, 'failed')).last_error.code).toBe('invalid_prompt');
    expect(chat.requests).toHaveLength(2);
  });

  it('hold across the rounds of a run', async () => {
    const { chat, api } = await start();
    const run = await addRun(
      api,
      'Hello',
      { max_completion_tokens: 300, max_prompt_tokens: 1_000 },
      { tools },
    );
    const first = await chat.next();
    first.reply({ calls: [{ name: 'get_time', arguments: '{}' }] });
    const waiting = await api.until(run, 'requires_action');
    const path = `/threads/${run.thread_id}/runs/${run.id}/submit_tool_outputs`;
    await api.post(path, outputsFor(waiting));
    const second = await chat.next();
    expect([first.body.max_tokens, second.body.max_tokens]).toEqual([300, 300 - USAGE.completion_tokens]);
    second.reply({ calls: [{ name: 'get_time', arguments: '{}' }] });
    await api.post(path, outputsFor(await api.until(run, 'requires_action'), words(1_000, 'long')));
    expect(await api.until(run, 'incomplete')).toMatchObject({
      incomplete_details: { reason: 'max_prompt_tokens' },
      usage: { completion_tokens: 2 * USAGE.completion_tokens },
    });
  });

  it('stop a server that ignores them', async () => {
    const { chat, api } = await start();
    const run = await addRun(api, 'Hello', { max_completion_tokens: 256 });
    (await chat.next()).reply({ text: Array(1_000).fill(' word') });
    const ended = await api.until(run, 'incomplete', 'completed');
    expect(ended.incomplete_details).toEqual({ reason: 'max_completion_tokens' });
    expect(ended.usage.completion_tokens).toBeLessThan(1_000);
  });
});
