import { describe, expect, it } from 'vitest';
import { addAssistant, addRun, addThread, newestText } from './support/fixtures.ts';
import { startApi } from './support/local-api.ts';
import { collect } from './support/rest-caller.ts';

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
