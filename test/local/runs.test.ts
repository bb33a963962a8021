import { describe, expect, it } from 'vitest';
import {
  addAssistant,
  addRun,
  addThread,
  getWeather,
  LONG,
  newestText,
  outputsFor,
} from './support/fixtures.ts';
import { startApi } from './support/local-api.ts';

describe('a run', () => {
  it('goes from queued to completed, with a step and a message that replies to the user', async () => {
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

  it('uses the values of its assistant unless its request has its own', async () => {
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

  it('cannot be forced to use a tool that it does not have, or code_interpreter, which is not executed', async () => {
    const api = await startApi();
    const { id } = await addAssistant(api, { tools: [{ type: 'code_interpreter' }] });
    const thread = await addThread(api, 'Hello');
    const force = (type: string) =>
      api.call('POST', `/threads/${thread.id}/runs`, { assistant_id: id, tool_choice: { type } });
    for (const [type, reason] of [
      ['retrieval', 'not a tool of this run'],
      ['code_interpreter', 'does not execute code'],
    ] as const) {
      const { status, body } = await force(type);
      expect([status, body.error.param]).toEqual([400, 'tool_choice']);
      expect(body.error.message).toContain(reason);
    }
    const run = await api.post(`/threads/${thread.id}/runs`, { assistant_id: id });
    expect((await api.until(run, 'completed')).tools).toEqual([{ type: 'code_interpreter' }]);
  });

  it('adds its additional messages to the thread first', async () => {
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

  it('locks its thread until it has ended', async () => {
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

  it('is created only once if several requests for one thread arrive together', async () => {
    const api = await startApi();
    const { id } = await addAssistant(api);
    const thread = await addThread(api, LONG);
    const responses = await Promise.all(
      Array.from({ length: 8 }, () => api.call('POST', `/threads/${thread.id}/runs`, { assistant_id: id })),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400, 400, 400]);
  });

  it('tells a polling client how long to wait, until it has ended', async () => {
    const api = await startApi();
    const run = await addRun(api, 'call get_weather', {}, { tools: [getWeather] });
    const path = `/threads/${run.thread_id}/runs/${run.id}`;
    await api.until(run, 'requires_action');
    expect((await api.call('GET', path)).headers.get('openai-poll-after-ms')).toBe('20');
    await api.post(`${path}/submit_tool_outputs`, outputsFor(await api.get(path)));
    await api.until(run, 'completed');
    expect((await api.call('GET', path)).headers.get('openai-poll-after-ms')).toBeNull();
  });

  it('keeps metadata that is modified while it is in progress', async () => {
    const api = await startApi();
    const run = await addRun(api, LONG);
    await api.post(`/threads/${run.thread_id}/runs/${run.id}`, { metadata: { kept: 'yes' } });
    expect((await api.until(run, 'completed')).metadata).toEqual({ kept: 'yes' });
  });

  it('is deleted with its thread, even in the middle of a message', async () => {
    const api = await startApi({ tokenMs: 1 });
    const { id } = await addAssistant(api);
    const thread = await addThread(api, LONG);
    for await (const { event } of api.stream(`/threads/${thread.id}/runs`, { assistant_id: id })) {
      if (event === 'thread.message.delta') break;
    }
    await api.remove(`/threads/${thread.id}`);
    expect((await api.call('GET', `/threads/${thread.id}/runs`)).status).toBe(404);
  });

  it('continues after its assistant is deleted', async () => {
    const api = await startApi({ tokenMs: 1 });
    const run = await addRun(api, LONG);
    await api.remove(`/assistants/${run.assistant_id}`);
    expect(await api.until(run, 'completed')).toMatchObject({ assistant_id: run.assistant_id });
  });
});
