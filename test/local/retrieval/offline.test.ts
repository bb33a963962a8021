/** Retrieval as the offline model uses it. */
import { describe, expect, it } from 'vitest';
import { addAssistant, getWeather, outputsFor } from '../support/fixtures.ts';
import { startApi } from '../support/local-api.ts';
import { collect, type Json } from '../support/rest-caller.ts';
import { answerOf, answerTo, ask, RETRIEVAL, stepsOf } from './support/searching.ts';
import { addFile, upload } from './support/uploads.ts';

const HANDBOOK = `# Handbook

## Leave

Every employee has thirty days of leave a year. 🌴 Unpaid leave needs the approval of the director.

## Travel

Trains are booked in second class. Taxis need a receipt.
`;

describe('the offline model', () => {
  it('answers from the files of the assistant, with citations that quote the file', async () => {
    const api = await startApi();
    const file = await addFile(api, 'handbook.md', HANDBOOK);
    const run = await ask(api, 'Who approves unpaid leave?', [file]);
    await api.until(run, 'completed');
    const { value, annotations } = await answerOf(api, run);
    expect(value).toContain(
      'The files say: 🌴 Unpaid leave needs the approval of the director. 【1†source】',
    );
    expect(annotations.length).toBeGreaterThan(0);
    for (const { type, text, start_index, end_index, file_citation } of annotations) {
      expect(type).toBe('file_citation');
      expect(value.slice(start_index, end_index)).toBe(text);
      expect(file_citation.file_id).toBe(file.id);
      expect(HANDBOOK).toContain(file_citation.quote);
    }
    expect(annotations[0].file_citation.quote).toContain('Unpaid leave');
  });

  it('shows its search as a retrieval call in a step of its own', async () => {
    const api = await startApi();
    const run = await ask(api, 'Who approves unpaid leave?', [await addFile(api, 'a.md', HANDBOOK)]);
    await api.until(run, 'completed');
    const [search, message] = await stepsOf(api, run);
    expect(search).toMatchObject({
      type: 'tool_calls',
      status: 'completed',
      step_details: {
        type: 'tool_calls',
        tool_calls: [{ id: expect.stringMatching(/^call_/), type: 'retrieval', retrieval: {} }],
      },
    });
    expect(message).toMatchObject({ type: 'message_creation', status: 'completed' });
  });

  it('says so when the files have nothing about the question', async () => {
    const api = await startApi();
    const file = await addFile(api, 'handbook.md', HANDBOOK);
    const { value, annotations } = await answerTo(api, 'How far away is Jupiter?', [file]);
    expect(value).toContain('The files say nothing about it.');
    expect(annotations).toEqual([]);
  });

  it('waits for files that have not been read yet, and ignores those that cannot be', async () => {
    const api = await startApi();
    const files = [await upload(api, 'a.txt', '\u0000\u0001'), await upload(api, 'handbook.md', HANDBOOK)];
    expect((await answerTo(api, 'Who approves unpaid leave?', files)).annotations).not.toEqual([]);
  });

  it('searches the files of the messages too, also of earlier ones', async () => {
    const api = await startApi();
    const file = await addFile(api, 'handbook.md', HANDBOOK);
    const { id } = await addAssistant(api, { tools: [RETRIEVAL] });
    const thread = await api.post('/threads', {
      messages: [
        { role: 'user', content: 'Here is our handbook.', file_ids: [file.id] },
        { role: 'user', content: 'Do taxis need a receipt?' },
      ],
    });
    const run = await api.post(`/threads/${thread.id}/runs`, { assistant_id: id });
    await api.until(run, 'completed');
    const { annotations } = await answerOf(api, run);
    expect(annotations[0].file_citation).toMatchObject({ file_id: file.id });
  });

  it('does not search without files, without the tool, or with tool_choice none', async () => {
    const api = await startApi();
    const file = await addFile(api, 'handbook.md', HANDBOOK);
    const runs = [
      await ask(api, 'leave', []),
      await ask(api, 'leave', [file], { tools: [] }),
      await ask(api, 'leave', [file], {}, { tool_choice: 'none' }),
    ];
    for (const run of runs) {
      await api.until(run, 'completed');
      expect(await stepsOf(api, run)).toHaveLength(1);
    }
  });

  it('finds nothing in a deleted file', async () => {
    const api = await startApi();
    const [file, other] = [
      await addFile(api, 'a.md', HANDBOOK),
      await addFile(api, 'b.txt', 'Something else.'),
    ];
    await api.remove(`/files/${file.id}`);
    expect((await answerTo(api, 'Who approves unpaid leave?', [other])).annotations).toEqual([]);
  });

  it('calls functions in the same round, and waits only for their outputs', async () => {
    const api = await startApi();
    const file = await addFile(api, 'handbook.md', HANDBOOK);
    const tools = [RETRIEVAL, getWeather];
    const run = await ask(api, 'get_weather and unpaid leave', [file], { tools });
    const waiting = await api.until(run, 'requires_action');
    const calls: Json[] = waiting.required_action.submit_tool_outputs.tool_calls;
    expect(calls.map((call) => call.function.name)).toEqual(['get_weather']);
    const [step] = await stepsOf(api, run);
    expect(step.step_details.tool_calls.map(({ type }: Json) => type)).toEqual(['function', 'retrieval']);
    await api.post(`/threads/${run.thread_id}/runs/${run.id}/submit_tool_outputs`, outputsFor(waiting));
    await api.until(run, 'completed');
    const { value, annotations } = await answerOf(api, run);
    expect(value).toContain('The function get_weather answered: sunny');
    expect(annotations).not.toEqual([]);
  });

  it('streams each marker in one delta, with its annotation', async () => {
    const api = await startApi();
    const file = await addFile(api, 'handbook.md', HANDBOOK);
    const { id } = await addAssistant(api, { tools: [RETRIEVAL], file_ids: [file.id] });
    const messages = [{ role: 'user', content: '🌴 Who approves unpaid leave?' }];
    const events = await collect(
      api.stream('/threads/runs', { assistant_id: id, thread: { messages }, stream: true }),
    );
    const step = events.find(({ event }) => event === 'thread.run.step.delta');
    expect(step?.data.delta.step_details.tool_calls).toEqual([
      { index: 0, id: expect.any(String), type: 'retrieval', retrieval: {} },
    ]);
    let value = '';
    const annotations: Json[] = [];
    for (const { event, data } of events) {
      if (event !== 'thread.message.delta') continue;
      const [{ text }] = data.delta.content;
      value += text.value;
      annotations.push(...text.annotations);
    }
    for (const { text, start_index, end_index } of annotations) {
      expect(value.slice(start_index, end_index)).toBe(text);
    }
    const final = await answerOf(api, events[1]?.data);
    expect(final.value).toBe(value);
    expect(final.annotations).toEqual(annotations.map(({ index, ...annotation }) => annotation));
    expect(annotations.map(({ index }) => index)).toEqual(annotations.map((_, index) => index));
  });
});
