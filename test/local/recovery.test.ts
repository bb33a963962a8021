import { describe, expect, it } from 'vitest';
import { poll } from '../support/poll.ts';
import { startChatServer } from './support/chat-server.ts';
import { addAssistant, addRun, addThread, getWeather, newestText, outputsFor } from './support/fixtures.ts';
import { type KillableApi, startProcess } from './support/killable.ts';
import { createMovableClock, newDataDir, startApi } from './support/local-api.ts';
import type { Json } from './support/rest-caller.ts';

/** Long enough to kill a process during the pause. */
const LONG_PAUSE_MS = 60_000;
const WORDS = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
const RESPONSE = `I am the offline model of the local API.\n\nYou said: ${WORDS}`;

/** Streams a run until `count` words have arrived. Returns the run and the words. */
async function streamWords(api: KillableApi, threadId: string, assistantId: string, count: number) {
  let run: Json;
  let text = '';
  let words = 0;
  for await (const { event, data } of api.stream(`/threads/${threadId}/runs`, {
    assistant_id: assistantId,
  })) {
    run ??= data;
    if (event !== 'thread.message.delta') continue;
    text += data.delta.content[0].text.value;
    words += 1;
    if (words === count) break;
  }
  return { run, text };
}

describe('after a kill and a restart', () => {
  it('a queued run is completed', async () => {
    const dataDir = newDataDir();
    const before = await startProcess({ dataDir, tokenMs: LONG_PAUSE_MS });
    const run = await addRun(before, WORDS);
    await before.kill();
    const after = await startProcess({ dataDir });
    await after.until(run, 'completed');
    expect(await newestText(after, run.thread_id)).toBe(RESPONSE);
  });

  it.each([1, 2, 17, 60])(
    'a message that was interrupted after word %i continues there, without repeating a word',
    async (count) => {
      const dataDir = newDataDir();
      const before = await startProcess({ dataDir, tokenMs: 1 });
      const { id } = await addAssistant(before);
      const thread = await addThread(before, WORDS);
      const { run, text } = await streamWords(before, thread.id, id, count);
      await before.kill();

      const paused = await startProcess({ dataDir, tokenMs: LONG_PAUSE_MS });
      const [message] = (await paused.get(`/threads/${thread.id}/messages`)).data;
      expect(message.status).toBe('in_progress');
      expect(message.content[0].text.value.startsWith(text)).toBe(true);
      await paused.kill();

      const after = await startProcess({ dataDir });
      const ended = await after.until(run, 'completed');
      const messages = (await after.get(`/threads/${thread.id}/messages`)).data;
      expect(messages).toHaveLength(2);
      expect(messages[0]).toMatchObject({ id: message.id, status: 'completed' });
      expect(messages[0].content[0].text.value).toBe(RESPONSE);
      const steps = (await after.get(`/threads/${thread.id}/runs/${run.id}/steps`)).data;
      expect(steps).toHaveLength(1);
      expect(ended.usage.completion_tokens).toBe(RESPONSE.split(/\s+/).length);
    },
  );

  it.each([
    ['another message', { text: ['The sky is ', 'blue.'] }],
    [
      'a message and calls',
      { text: ['The sky is blue.'], calls: [{ name: 'get_weather', arguments: '{}' }] },
    ],
    ['calls', { calls: [{ name: 'get_weather', arguments: '{}' }] }],
  ])('a message that a model server was writing becomes %s', async (_, reply) => {
    const dataDir = newDataDir();
    const chat = await startChatServer();
    const options = { dataDir, modelServer: chat.modelServer };
    const before = await startProcess(options);
    const run = await addRun(before, 'Hello', {}, { tools: [getWeather] });
    (await chat.next()).write('The sky is green and ');
    const messages = `/threads/${run.thread_id}/messages`;
    const newest = async (api: KillableApi) => (await api.get(messages)).data[0];
    const cut = await poll(
      () => newest(before),
      ({ role, content }) => role === 'assistant' && content.length > 0,
    );
    expect(cut.content[0].text.value).toBe('The sky is green and ');
    await before.kill();

    const after = await startProcess(options);
    const again = await chat.next();
    expect(again.body.messages).toEqual([{ role: 'user', content: 'Hello' }]);
    // Until there is another, the first text stands.
    expect(await newest(after)).toEqual(cut);
    again.reply(reply);
    const ended = await after.until(run, 'completed', 'requires_action', 'failed');
    expect(ended.status).toBe('calls' in reply ? 'requires_action' : 'completed');
    const message = await newest(after);
    expect(message.id).toBe(cut.id);
    if ('text' in reply) {
      expect(message).toMatchObject({
        status: 'completed',
        content: [{ text: { value: 'The sky is blue.' } }],
      });
    } else {
      expect(message).toMatchObject({
        ...cut,
        status: 'incomplete',
        incomplete_at: expect.any(Number),
        incomplete_details: { reason: 'run_failed' },
      });
    }
    if ('calls' in reply) {
      await after.post(`/threads/${run.thread_id}/runs/${run.id}/submit_tool_outputs`, outputsFor(ended));
      (await chat.next()).reply({ text: ['Done.'] });
      await after.until(run, 'completed');
    }
  });

  it('a run that requires action still waits for the same calls', async () => {
    const dataDir = newDataDir();
    const before = await startProcess({ dataDir });
    const run = await addRun(before, 'get_weather', {}, { tools: [getWeather] });
    const waiting = await before.until(run, 'requires_action');
    await before.kill();
    const after = await startProcess({ dataDir });
    expect(await after.get(`/threads/${run.thread_id}/runs/${run.id}`)).toEqual(waiting);
    await after.post(`/threads/${run.thread_id}/runs/${run.id}/submit_tool_outputs`, outputsFor(waiting));
    await after.until(run, 'completed');
    expect(await newestText(after, run.thread_id)).toContain('sunny');
  });

  it('a run that was cancelling in the middle of a message is cancelled', async () => {
    const dataDir = newDataDir();
    const first = await startProcess({ dataDir, tokenMs: 1 });
    const { id } = await addAssistant(first);
    const thread = await addThread(first, WORDS);
    const { run } = await streamWords(first, thread.id, id, 5);
    await first.kill();
    const second = await startProcess({ dataDir, tokenMs: LONG_PAUSE_MS });
    const path = `/threads/${thread.id}/runs/${run.id}`;
    expect(await second.post(`${path}/cancel`)).toMatchObject({ status: 'cancelling' });
    await second.kill();
    const third = await startProcess({ dataDir });
    await third.until(run, 'cancelled');
    const [message] = (await third.get(`/threads/${thread.id}/messages`)).data;
    expect(message).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'run_cancelled' } });
    await third.post(`/threads/${thread.id}/messages`, { role: 'user', content: 'the thread is unlocked' });
  });

  it('a run whose expiry passed in the meantime is expired', async () => {
    const clock = createMovableClock();
    const before = await startApi({ clock });
    const run = await addRun(before, 'get_weather', {}, { tools: [getWeather] });
    await before.until(run, 'requires_action');
    await before.close();
    clock.advance(11 * 60_000);
    const after = await startApi({ clock, dataDir: before.dataDir });
    await after.until(run, 'expired');
  });
});

describe('a data directory', () => {
  it('is used by one process at a time: a second one gets a clear error', async () => {
    const dataDir = newDataDir();
    const first = await startProcess({ dataDir });
    await expect(startProcess({ dataDir })).rejects.toThrow(
      `DATA_DIR ${dataDir} is in use by another process.`,
    );
    await first.get('/assistants');
    await first.kill();
    await (await startProcess({ dataDir })).get('/assistants');
  });
});
