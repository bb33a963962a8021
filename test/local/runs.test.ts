import { describe, expect, it } from 'vitest';
import { type Model, ModelError } from '../../src/local/model.ts';
import {
  addAssistant,
  addRun,
  addThread,
  getTime,
  getWeather,
  newestText,
  outputsFor,
} from './support/fixtures.ts';
import { createMovableClock, startApi } from './support/local-api.ts';
import { collect } from './support/rest-caller.ts';

const MINUTE = 60_000;
/** Long enough to be caught in the middle of. */
const LONG = Array.from({ length: 400 }, (_, index) => `word${index}`).join(' ');

describe('a run', () => {
  it('goes from queued to completed, with a step and a message that answers the user', async () => {
    const api = await startApi();
    const run = await addRun(api, 'Good morning to you', { instructions: 'Be brief.' });
    expect(run).toMatchObject({
      status: 'queued',
      usage: null,
      started_at: null,
      expires_at: run.created_at + 600,
    });
    const ended = await api.until(run, 'completed');
    expect(ended).toMatchObject({ required_action: null, expires_at: null, last_error: null });
    expect(ended.completed_at).toBeGreaterThanOrEqual(ended.started_at);

    const steps = await api.get(`/threads/${run.thread_id}/runs/${run.id}/steps`);
    const [message] = (await api.get(`/threads/${run.thread_id}/messages`)).data;
    expect(steps.data).toHaveLength(1);
    expect(steps.data[0]).toMatchObject({
      type: 'message_creation',
      status: 'completed',
      step_details: { type: 'message_creation', message_creation: { message_id: message.id } },
    });
    expect(message).toMatchObject({
      role: 'assistant',
      status: 'completed',
      run_id: run.id,
      assistant_id: run.assistant_id,
    });
    const text = message.content[0].text.value;
    expect(text).toContain('offline model');
    expect(text).toContain('Good morning to you');
    expect(text).toContain('Be brief.');
    const words = text.split(/\s+/).length;
    expect(ended.usage).toEqual({ prompt_tokens: 6, completion_tokens: words, total_tokens: words + 6 });
    expect(steps.data[0].usage).toEqual(ended.usage);
  });

  it('takes from its assistant what its own request leaves open', async () => {
    const api = await startApi();
    const assistant = {
      instructions: 'From the assistant.',
      tools: [getWeather],
      temperature: 0.2,
      response_format: 'none',
    };
    const { id } = await addAssistant(api, assistant);
    const thread = await addThread(api, 'Hello');
    const start = async (body: object) => {
      const run = await api.post(`/threads/${thread.id}/runs`, { assistant_id: id, ...body });
      await api.until(run, 'completed');
      return run;
    };
    expect(await start({})).toMatchObject({ ...assistant, model: 'gpt-4', tool_choice: 'auto', top_p: 1 });
    expect(await start({ additional_instructions: 'And more.' })).toMatchObject({
      instructions: 'From the assistant.\n\nAnd more.',
    });
    const own = {
      model: 'other',
      instructions: 'Own.',
      tools: [],
      temperature: 1.5,
      metadata: { a: 'b' },
      tool_choice: 'none',
    };
    expect(await start(own)).toMatchObject(own);
  });

  it('adds its additional messages to the thread before it starts', async () => {
    const api = await startApi();
    const additional = [
      { role: 'assistant', content: 'second' },
      { role: 'user', content: 'third' },
    ];
    const run = await addRun(api, 'first', { additional_messages: additional });
    await api.until(run, 'completed');
    const { data } = await api.get(`/threads/${run.thread_id}/messages?order=asc`);
    expect(
      data
        .slice(0, 3)
        .map((message: { content: { text: { value: string } }[] }) => message.content[0]?.text.value),
    ).toEqual(['first', 'second', 'third']);
    expect(await newestText(api, run.thread_id)).toContain('You said: third');
  });

  it('holds its thread until it has ended', async () => {
    const api = await startApi();
    const run = await addRun(api, 'call get_weather', {}, { tools: [getWeather] });
    await api.until(run, 'requires_action');
    const again = await api.call('POST', `/threads/${run.thread_id}/runs`, {
      assistant_id: run.assistant_id,
    });
    expect(again).toMatchObject({
      status: 400,
      body: { error: { message: `Thread ${run.thread_id} already has an active run ${run.id}.` } },
    });
    const message = { role: 'user', content: 'more' };
    const added = await api.call('POST', `/threads/${run.thread_id}/messages`, message);
    expect(added).toMatchObject({
      status: 400,
      body: { error: { message: `Can't add messages to ${run.thread_id} while a run ${run.id} is active.` } },
    });
    await api.post(`/threads/${run.thread_id}/runs/${run.id}/cancel`);
    await api.until(run, 'cancelled');
    await api.post(`/threads/${run.thread_id}/messages`, message);
  });

  it('of two that are created at the same moment on one thread, only one is', async () => {
    const api = await startApi();
    const { id } = await addAssistant(api);
    const thread = await addThread(api, LONG);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => api.call('POST', `/threads/${thread.id}/runs`, { assistant_id: id })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400, 400, 400]);
  });

  it('tells a client that polls it how long to wait, as long as it lives', async () => {
    const api = await startApi();
    const run = await addRun(api, 'call get_weather', {}, { tools: [getWeather] });
    const path = `/threads/${run.thread_id}/runs/${run.id}`;
    await api.until(run, 'requires_action');
    expect((await api.call('GET', path)).headers.get('openai-poll-after-ms')).toBe('20');
    await api.post(`${path}/submit_tool_outputs`, outputsFor(await api.get(path)));
    await api.until(run, 'completed');
    expect((await api.call('GET', path)).headers.get('openai-poll-after-ms')).toBeNull();
  });

  it('keeps metadata that is modified while it works', async () => {
    const api = await startApi();
    const run = await addRun(api, LONG);
    await api.post(`/threads/${run.thread_id}/runs/${run.id}`, { metadata: { kept: 'yes' } });
    expect((await api.until(run, 'completed')).metadata).toEqual({ kept: 'yes' });
  });

  it('goes away with its thread, in the middle of a word', async () => {
    const api = await startApi({ tokenMs: 1 });
    const { id } = await addAssistant(api);
    const thread = await addThread(api, LONG);
    for await (const { event } of api.stream(`/threads/${thread.id}/runs`, { assistant_id: id })) {
      if (event === 'thread.message.delta') break;
    }
    await api.remove(`/threads/${thread.id}`);
    expect((await api.call('GET', `/threads/${thread.id}/runs`)).status).toBe(404);
  });

  it('outlives its assistant', async () => {
    const api = await startApi({ tokenMs: 1 });
    const run = await addRun(api, LONG);
    await api.remove(`/assistants/${run.assistant_id}`);
    expect(await api.until(run, 'completed')).toMatchObject({ assistant_id: run.assistant_id });
  });
});

describe('a run that calls functions', () => {
  const tools = [getWeather, getTime];

  it('waits for all outputs of parallel calls, and weaves them into its answer', async () => {
    const api = await startApi();
    const run = await addRun(api, 'Tell me get_weather and get_time, please', {}, { tools });
    const path = `/threads/${run.thread_id}/runs/${run.id}`;
    const waiting = await api.until(run, 'requires_action');
    const calls = waiting.required_action.submit_tool_outputs.tool_calls;
    expect(calls.map((call: { function: object }) => call.function)).toEqual([
      { name: 'get_weather', arguments: '{"city":"city"}' },
      { name: 'get_time', arguments: '{}' },
    ]);
    const [open] = (await api.get(`${path}/steps`)).data;
    expect(open).toMatchObject({ type: 'tool_calls', status: 'in_progress', usage: null });
    expect(open.step_details.tool_calls[0].function.output).toBeNull();

    const submit = (tool_outputs: object[]) =>
      api.call('POST', `${path}/submit_tool_outputs`, { tool_outputs });
    const [first, second] = calls.map(({ id }: { id: string }) => ({
      tool_call_id: id,
      output: `the output of ${id}`,
    }));
    expect((await submit([first])).body.error.message).toContain(second.tool_call_id);
    expect((await submit([first, first])).status).toBe(400);
    expect(await submit([first, second, { tool_call_id: 'call_unknown', output: '' }])).toMatchObject({
      status: 400,
      body: { error: { param: 'tool_outputs[2].tool_call_id' } },
    });
    expect((await submit([second, first])).body).toMatchObject({ status: 'queued', required_action: null });

    const ended = await api.until(run, 'completed');
    const text = await newestText(api, run.thread_id);
    expect(text).toContain(`The function get_weather answered: ${first.output}`);
    expect(text).toContain(`The function get_time answered: ${second.output}`);
    const steps = (await api.get(`${path}/steps?order=asc`)).data;
    expect(steps.map((step: { type: string; status: string }) => [step.type, step.status])).toEqual([
      ['tool_calls', 'completed'],
      ['message_creation', 'completed'],
    ]);
    expect(steps[0].step_details.tool_calls[1].function.output).toBe(second.output);
    expect(ended.usage.total_tokens).toBe(steps[0].usage.total_tokens + steps[1].usage.total_tokens);
    expect((await submit([first, second])).body.error.message).toContain("its status is 'completed'");
  });

  it('makes a round of calls for each "then"', async () => {
    const api = await startApi();
    const run = await addRun(api, 'get_weather, then get_time', {}, { tools });
    for (const name of ['get_weather', 'get_time']) {
      const waiting = await api.until(run, 'requires_action');
      const [call] = waiting.required_action.submit_tool_outputs.tool_calls;
      expect(call.function.name).toBe(name);
      await api.post(`/threads/${run.thread_id}/runs/${run.id}/submit_tool_outputs`, outputsFor(waiting));
    }
    await api.until(run, 'completed');
  });

  it('obeys tool_choice: none, auto, or a function by name', async () => {
    const api = await startApi();
    const start = (says: string, tool_choice: unknown) => addRun(api, says, { tool_choice }, { tools });
    await api.until(await start('get_weather', 'none'), 'completed');
    await api.until(await start('get_weathers', 'auto'), 'completed');
    await api.until(await start('get_weather', 'auto'), 'requires_action');
    const forced = await start('Hello', { type: 'function', function: { name: 'get_time' } });
    const waiting = await api.until(forced, 'requires_action');
    expect(waiting.required_action.submit_tool_outputs.tool_calls).toHaveLength(1);
    await api.post(`/threads/${forced.thread_id}/runs/${forced.id}/submit_tool_outputs`, outputsFor(waiting));
    await api.until(forced, 'completed');
  });

  it('refuses a tool_choice that is not among its tools', async () => {
    const api = await startApi();
    const { id } = await addAssistant(api, { tools: [getTime] });
    const thread = await addThread(api);
    const tool_choice = { type: 'function', function: { name: 'get_weather' } };
    const answer = await api.call('POST', `/threads/${thread.id}/runs`, { assistant_id: id, tool_choice });
    expect(answer).toMatchObject({ status: 400, body: { error: { param: 'tool_choice' } } });
  });
});

describe('a run that does not complete', () => {
  it('is cancelling, then cancelled, with its step; and cannot be cancelled twice', async () => {
    const api = await startApi();
    const run = await addRun(api, 'get_weather', {}, { tools: [getWeather] });
    const path = `/threads/${run.thread_id}/runs/${run.id}`;
    await api.until(run, 'requires_action');
    expect(await api.post(`${path}/cancel`)).toMatchObject({ status: 'cancelling', required_action: null });
    const ended = await api.until(run, 'cancelled');
    expect(ended.cancelled_at).toBeGreaterThanOrEqual(ended.created_at);
    expect(ended).toMatchObject({ expires_at: null, completed_at: null, usage: { completion_tokens: 2 } });
    const [step] = (await api.get(`${path}/steps`)).data;
    expect(step).toMatchObject({ status: 'cancelled', cancelled_at: ended.cancelled_at });
    expect((await api.call('POST', `${path}/cancel`)).body.error.message).toBe(
      "Cannot cancel run with status 'cancelled'.",
    );
  });

  it('leaves what it has written in a message that is incomplete, when it is cancelled in the middle', async () => {
    const api = await startApi({ tokenMs: 1 });
    const { id } = await addAssistant(api);
    const thread = await addThread(api, LONG);
    let run = { id: '', thread_id: thread.id };
    let streamed = '';
    for await (const { event, data } of api.stream(`/threads/${thread.id}/runs`, { assistant_id: id })) {
      if (event === 'thread.run.created') run = data;
      if (event !== 'thread.message.delta') continue;
      if (streamed === '') await api.post(`/threads/${thread.id}/runs/${run.id}/cancel`);
      streamed += data.delta.content[0].text.value;
    }
    const [message] = (await api.get(`/threads/${thread.id}/messages`)).data;
    expect(message).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'run_cancelled' },
      completed_at: null,
    });
    expect(message.incomplete_at).toBeGreaterThan(0);
    expect(message.content[0].text.value).toBe(streamed);
    await api.until(run, 'cancelled');
  });

  it('expires after ten minutes, also when it waits for outputs', async () => {
    const clock = createMovableClock();
    const api = await startApi({ clock });
    const run = await addRun(api, 'get_weather', {}, { tools: [getWeather] });
    const waiting = await api.until(run, 'requires_action');
    clock.advance(10 * MINUTE - 2_000);
    expect(await api.get(`/threads/${run.thread_id}/runs/${run.id}`)).toMatchObject({
      status: 'requires_action',
    });
    clock.advance(2_000);
    expect(await api.until(run, 'expired')).toMatchObject({ required_action: null, expires_at: null });
    const [step] = (await api.get(`/threads/${run.thread_id}/runs/${run.id}/steps`)).data;
    expect(step.status).toBe('expired');
    expect(step.expired_at).toBeGreaterThanOrEqual(run.created_at + 600);
    const late = await api.call(
      'POST',
      `/threads/${run.thread_id}/runs/${run.id}/submit_tool_outputs`,
      outputsFor(waiting),
    );
    expect(late.status).toBe(400);
    await api.post(`/threads/${run.thread_id}/messages`, { role: 'user', content: 'the thread is free' });
  });

  it('expires in the middle of a message, as soon as settings say so', async () => {
    const clock = createMovableClock();
    const api = await startApi({ clock, tokenMs: 1, expiresAfterS: 30 });
    const { id } = await addAssistant(api);
    const thread = await addThread(api, LONG);
    const events: string[] = [];
    for await (const { event } of api.stream(`/threads/${thread.id}/runs`, { assistant_id: id })) {
      if (!events.includes('thread.message.delta') && event === 'thread.message.delta') clock.advance(31_000);
      events.push(event);
    }
    expect(events.slice(-4)).toEqual([
      'thread.message.incomplete',
      'thread.run.step.expired',
      'thread.run.expired',
      'done',
    ]);
    const [message] = (await api.get(`/threads/${thread.id}/messages`)).data;
    expect(message.incomplete_details).toEqual({ reason: 'run_expired' });
  });

  it('fails with the error of its model, in the middle of its message', async () => {
    const api = await startApi();
    const run = await addRun(api, 'Hello', { model: 'offline-fails' });
    const ended = await api.until(run, 'failed');
    expect(ended).toMatchObject({ last_error: { code: 'server_error' }, completed_at: null });
    expect(ended.failed_at).toBeGreaterThanOrEqual(ended.started_at);
    const [message] = (await api.get(`/threads/${run.thread_id}/messages`)).data;
    expect(message).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'run_failed' } });
    const [step] = (await api.get(`/threads/${run.thread_id}/runs/${run.id}/steps`)).data;
    expect(step).toMatchObject({
      status: 'failed',
      last_error: ended.last_error,
      failed_at: ended.failed_at,
    });
  });

  it('fails where the model cannot answer at all, and frees its thread', async () => {
    const model: Model = {
      answer: () => Promise.reject(new ModelError('rate_limit_exceeded', 'Too many at once.')),
    };
    const api = await startApi({ model });
    const run = await addRun(api, 'Hello');
    expect(await api.until(run, 'failed')).toMatchObject({
      last_error: { code: 'rate_limit_exceeded', message: 'Too many at once.' },
    });
    await api.post(`/threads/${run.thread_id}/messages`, { role: 'user', content: 'again' });
  });

  it('does not wait for a model that hangs when it is cancelled or expires', async () => {
    const clock = createMovableClock();
    const model: Model = {
      answer: (_, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    };
    const api = await startApi({ model, clock });
    const [cancelled, expired] = [await addRun(api, 'one'), await addRun(api, 'two')];
    await api.until(cancelled, 'in_progress');
    await api.until(expired, 'in_progress');
    await api.post(`/threads/${cancelled.thread_id}/runs/${cancelled.id}/cancel`);
    await api.until(cancelled, 'cancelled');
    clock.advance(10 * MINUTE);
    await api.until(expired, 'expired');
  });

  it('fails where the model breaks in a way that nobody foresaw, and the fault is told', async () => {
    const model: Model = { answer: () => Promise.reject(new Error('a bug')) };
    const api = await startApi({ model });
    const run = await addRun(api, 'Hello');
    expect(await api.until(run, 'failed')).toMatchObject({ last_error: { code: 'server_error' } });
    expect(api.faults.splice(0)).toMatchObject([{ message: 'a bug' }]);
  });

  it('is driven on after a fault of ours, so that its thread is not locked for ever', async () => {
    const clock = createMovableClock();
    const api = await startApi({ clock });
    const run = await addRun(api, 'get_weather', {}, { tools: [getWeather] });
    await api.until(run, 'requires_action');
    const { now } = clock;
    clock.now = () => {
      clock.now = now;
      throw new Error('no time');
    };
    await api.post(`/threads/${run.thread_id}/runs/${run.id}/cancel`);
    await api.until(run, 'cancelled');
    expect(api.faults.splice(0)).toMatchObject([{ message: 'no time' }]);
  });

  it('is incomplete once it has written max_completion_tokens words', async () => {
    const api = await startApi();
    const run = await addRun(api, LONG, { max_completion_tokens: 256 });
    const ended = await api.until(run, 'incomplete');
    expect(ended).toMatchObject({
      incomplete_details: { reason: 'max_completion_tokens' },
      usage: { completion_tokens: 256 },
      completed_at: null,
    });
    const [message] = (await api.get(`/threads/${run.thread_id}/messages`)).data;
    expect(message).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_tokens' } });
    expect(message.content[0].text.value.split(/\s+/)).toHaveLength(256);
  });

  it('is incomplete where even the newest message is more than max_prompt_tokens', async () => {
    const api = await startApi();
    const run = await addRun(api, LONG, { max_prompt_tokens: 300 });
    expect(await api.until(run, 'incomplete')).toMatchObject({
      incomplete_details: { reason: 'max_prompt_tokens' },
      usage: { total_tokens: 0 },
    });
  });

  it('counts the prompts of all its turns against max_prompt_tokens', async () => {
    const api = await startApi();
    const run = await addRun(api, 'get_weather', { max_prompt_tokens: 256 }, { tools: [getWeather] });
    const waiting = await api.until(run, 'requires_action');
    await api.post(`/threads/${run.thread_id}/runs/${run.id}/submit_tool_outputs`, outputsFor(waiting, LONG));
    await api.until(run, 'incomplete');
  });
});

describe('what the model is shown of a thread', () => {
  const words = (count: number) => Array.from({ length: count }, (_, index) => `w${index}`).join(' ');

  it('is the last messages, where the run says how many', async () => {
    const api = await startApi();
    const { id } = await addAssistant(api);
    const thread = await addThread(api, words(50), words(7), words(3));
    const truncation_strategy = { type: 'last_messages', last_messages: 2 };
    const run = await api.post(`/threads/${thread.id}/runs`, { assistant_id: id, truncation_strategy });
    expect(await api.until(run, 'completed')).toMatchObject({
      truncation_strategy,
      usage: { prompt_tokens: 10 },
    });
  });

  it('is the first and the newest ones, where not all fit into max_prompt_tokens', async () => {
    const api = await startApi();
    const { id } = await addAssistant(api);
    const thread = await addThread(api, words(40), words(100), words(150), words(50));
    const run = await api.post(`/threads/${thread.id}/runs`, { assistant_id: id, max_prompt_tokens: 256 });
    expect(await api.until(run, 'completed')).toMatchObject({ usage: { prompt_tokens: 240 } });
  });

  it('can be answered in JSON', async () => {
    const api = await startApi();
    const run = await addRun(api, 'Say "hi"', { response_format: { type: 'json_object' } });
    await api.until(run, 'completed');
    expect(JSON.parse(await newestText(api, run.thread_id)).answer).toContain('You said: Say "hi"');
  });

  it('leads to the same answer every time, whatever its characters', async () => {
    const api = await startApi();
    const says = 'null \u0000, half a pair \ud800, an emoji 👩‍👩‍👧 and a \n new line';
    const texts = [];
    for (let round = 0; round < 2; round += 1) {
      const { id } = await addAssistant(api);
      const thread = await addThread(api, says);
      const events = await collect(api.stream(`/threads/${thread.id}/runs`, { assistant_id: id }));
      const deltas = events.filter(({ event }) => event === 'thread.message.delta');
      const text = await newestText(api, thread.id);
      expect(deltas.map(({ data }) => data.delta.content[0].text.value).join('')).toBe(text);
      texts.push(text);
    }
    expect(texts[0]).toContain(says);
    expect(texts[1]).toBe(texts[0]);
  });
});
