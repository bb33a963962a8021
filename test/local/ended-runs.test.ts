import { describe, expect, it } from 'vitest';
import { type Model, ModelError } from '../../src/local/models/model.ts';
import { WORD_COUNTER } from '../../src/local/models/words.ts';
import { addAssistant, addRun, addThread, getWeather, LONG, outputsFor } from './support/fixtures.ts';
import { createMovableClock, startApi } from './support/local-api.ts';

const MINUTE = 60_000;

const modelThat = (respond: Model['respond']): Model => ({
  tokens: WORD_COUNTER,
  canContinue: true,
  respond,
});

describe('a run that does not complete', () => {
  it('is cancelling, then cancelled with its step, and cannot be cancelled again', async () => {
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

  it('keeps the text written so far in an incomplete message when it is cancelled', async () => {
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

  it('expires after ten minutes, even while it waits for outputs', async () => {
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
    await api.post(`/threads/${run.thread_id}/messages`, { role: 'user', content: 'the thread is unlocked' });
  });

  it('expires in the middle of a message, after `expiresAfterS`', async () => {
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

  it('fails with its model in the middle of a message', async () => {
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

  it('fails if the model cannot respond, and unlocks its thread', async () => {
    const model = modelThat(() => Promise.reject(new ModelError('rate_limit_exceeded', 'Too many at once.')));
    const api = await startApi({ model });
    const run = await addRun(api, 'Hello');
    expect(await api.until(run, 'failed')).toMatchObject({
      last_error: { code: 'rate_limit_exceeded', message: 'Too many at once.' },
    });
    await api.post(`/threads/${run.thread_id}/messages`, { role: 'user', content: 'again' });
  });

  it('is cancelled or expires even if the model hangs', async () => {
    const clock = createMovableClock();
    const model = modelThat(
      (_, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    const api = await startApi({ model, clock });
    const [cancelled, expired] = [await addRun(api, 'one'), await addRun(api, 'two')];
    await api.until(cancelled, 'in_progress');
    await api.until(expired, 'in_progress');
    await api.post(`/threads/${cancelled.thread_id}/runs/${cancelled.id}/cancel`);
    await api.until(cancelled, 'cancelled');
    clock.advance(10 * MINUTE);
    await api.until(expired, 'expired');
  });

  it('fails after an unexpected error in the model, which is reported', async () => {
    const model = modelThat(() => Promise.reject(new Error('a bug')));
    const api = await startApi({ model });
    const run = await addRun(api, 'Hello');
    expect(await api.until(run, 'failed')).toMatchObject({ last_error: { code: 'server_error' } });
    expect(api.logged.splice(0)).toMatchObject([{ fields: { reason: expect.stringContaining('a bug') } }]);
  });

  it('continues after an unexpected error, so that its thread does not stay locked', async () => {
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
    expect(api.logged.splice(0)).toMatchObject([{ fields: { reason: expect.stringContaining('no time') } }]);
  });

  it('is incomplete after max_completion_tokens words', async () => {
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

  it('is incomplete if the newest message alone exceeds max_prompt_tokens', async () => {
    const api = await startApi();
    const run = await addRun(api, LONG, { max_prompt_tokens: 300 });
    expect(await api.until(run, 'incomplete')).toMatchObject({
      incomplete_details: { reason: 'max_prompt_tokens' },
      usage: { total_tokens: 0 },
    });
  });

  it('counts the prompts of all its turns towards max_prompt_tokens', async () => {
    const api = await startApi();
    const run = await addRun(api, 'get_weather', { max_prompt_tokens: 256 }, { tools: [getWeather] });
    const waiting = await api.until(run, 'requires_action');
    await api.post(`/threads/${run.thread_id}/runs/${run.id}/submit_tool_outputs`, outputsFor(waiting, LONG));
    await api.until(run, 'incomplete');
  });
});
