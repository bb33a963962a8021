import { describe, expect, it } from 'vitest';
import { addAssistant, addRun, addThread, newestText } from './support/fixtures.ts';
import { startApi } from './support/local-api.ts';
import { collect } from './support/rest-caller.ts';

describe('the prompt for the model', () => {
  const words = (count: number) => Array.from({ length: count }, (_, index) => `w${index}`).join(' ');

  it('has the last messages if the run limits their number', async () => {
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

  it('has the first and the newest messages if not all fit into max_prompt_tokens', async () => {
    const api = await startApi();
    const { id } = await addAssistant(api);
    const thread = await addThread(api, words(40), words(100), words(150), words(50));
    const run = await api.post(`/threads/${thread.id}/runs`, { assistant_id: id, max_prompt_tokens: 256 });
    expect(await api.until(run, 'completed')).toMatchObject({ usage: { prompt_tokens: 240 } });
  });

  it('can ask for a JSON response', async () => {
    const api = await startApi();
    const run = await addRun(api, 'Say "hi"', { response_format: { type: 'json_object' } });
    await api.until(run, 'completed');
    expect(JSON.parse(await newestText(api, run.thread_id)).answer).toContain('You said: Say "hi"');
  });

  it('gets the same response every time, whatever characters it has', async () => {
    const api = await startApi();
    const content = 'null \u0000, half a pair \ud800, an emoji 👩‍👩‍👧 and a \n new line';
    const texts = [];
    for (let round = 0; round < 2; round += 1) {
      const { id } = await addAssistant(api);
      const thread = await addThread(api, content);
      const events = await collect(api.stream(`/threads/${thread.id}/runs`, { assistant_id: id }));
      const deltas = events.filter(({ event }) => event === 'thread.message.delta');
      const text = await newestText(api, thread.id);
      expect(deltas.map(({ data }) => data.delta.content[0].text.value).join('')).toBe(text);
      texts.push(text);
    }
    expect(texts[0]).toContain(content);
    expect(texts[1]).toBe(texts[0]);
  });
});
