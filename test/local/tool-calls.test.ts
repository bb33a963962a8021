import { describe, expect, it } from 'vitest';
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

describe('a run that calls functions', () => {
  const tools = [getWeather, getTime];

  it('waits for all outputs of parallel calls, and repeats them in its message', async () => {
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

  it('follows tool_choice: none, auto, or a function by name', async () => {
    const api = await startApi();
    const start = (content: string, tool_choice: unknown) => addRun(api, content, { tool_choice }, { tools });
    await api.until(await start('get_weather', 'none'), 'completed');
    await api.until(await start('get_weathers', 'auto'), 'completed');
    await api.until(await start('get_weather', 'auto'), 'requires_action');
    const forced = await start('Hello', { type: 'function', function: { name: 'get_time' } });
    const waiting = await api.until(forced, 'requires_action');
    expect(waiting.required_action.submit_tool_outputs.tool_calls).toHaveLength(1);
    await api.post(`/threads/${forced.thread_id}/runs/${forced.id}/submit_tool_outputs`, outputsFor(waiting));
    await api.until(forced, 'completed');
  });

  it('rejects a tool_choice that is not one of its tools', async () => {
    const api = await startApi();
    const { id } = await addAssistant(api, { tools: [getTime] });
    const thread = await addThread(api);
    const tool_choice = { type: 'function', function: { name: 'get_weather' } };
    const response = await api.call('POST', `/threads/${thread.id}/runs`, { assistant_id: id, tool_choice });
    expect(response).toMatchObject({ status: 400, body: { error: { param: 'tool_choice' } } });
  });
});
