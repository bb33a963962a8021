import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Model, PLAIN_ENDING } from '../../src/local/models/model.ts';
import { WORD_COUNTER } from '../../src/local/models/words.ts';
import { poll } from '../support/poll.ts';
import { addAssistant, addThread, getTime, getWeather, newestText, outputsFor } from './support/fixtures.ts';
import { startApi } from './support/local-api.ts';
import { collect, type SentEvent } from './support/rest-caller.ts';

const names = (events: readonly SentEvent[]) => {
  const all = events.map(({ event }) => event);
  return all.filter((name, index) => !(name.endsWith('.delta') && all[index - 1] === name));
};

const REPLYING = [
  'thread.run.in_progress',
  'thread.run.step.created',
  'thread.run.step.in_progress',
  'thread.message.created',
  'thread.message.in_progress',
  'thread.message.delta',
  'thread.message.completed',
  'thread.run.step.completed',
  'thread.run.completed',
  'done',
];

describe('the stream of a run', () => {
  it('has all events in order, and its deltas joined are the message', async () => {
    const api = await startApi();
    const { id } = await addAssistant(api);
    const thread = await addThread(api, 'Stream this');
    const events = await collect(api.stream(`/threads/${thread.id}/runs`, { assistant_id: id }));
    expect(names(events)).toEqual(['thread.run.created', 'thread.run.queued', ...REPLYING]);
    const deltas = events.filter(({ event }) => event === 'thread.message.delta');
    const text = await newestText(api, thread.id);
    expect(deltas.length).toBeGreaterThan(10);
    expect(deltas.map(({ data }) => data.delta.content[0].text.value).join('')).toBe(text);
    const completed = events.find(({ event }) => event === 'thread.message.completed');
    expect(completed?.data.content[0].text.value).toBe(text);
    expect(events.at(-2)?.data).toEqual(await api.get(`/threads/${thread.id}/runs/${events[0]?.data.id}`));
  });

  it('starts with the thread if the request creates it', async () => {
    const api = await startApi();
    const { id } = await addAssistant(api);
    const thread = { messages: [{ role: 'user', content: 'Hello' }], metadata: { a: 'b' } };
    const events = await collect(api.stream('/threads/runs', { assistant_id: id, thread }));
    expect(names(events)).toEqual(['thread.created', 'thread.run.created', 'thread.run.queued', ...REPLYING]);
    expect(events[0]?.data).toMatchObject({ object: 'thread', metadata: { a: 'b' } });
  });

  it('builds up tool calls, ends when the run requires action, and continues after the outputs', async () => {
    const api = await startApi();
    const { id } = await addAssistant(api, { tools: [getWeather, getTime] });
    const thread = await addThread(api, 'get_weather and get_time');
    const events = await collect(api.stream(`/threads/${thread.id}/runs`, { assistant_id: id }));
    expect(names(events)).toEqual([
      'thread.run.created',
      'thread.run.queued',
      'thread.run.in_progress',
      'thread.run.step.created',
      'thread.run.step.in_progress',
      'thread.run.step.delta',
      'thread.run.requires_action',
      'done',
    ]);
    const run = events.at(-2)?.data;
    const built: { id?: string; name?: string; arguments: string }[] = [];
    for (const { event, data } of events) {
      if (event !== 'thread.run.step.delta') continue;
      for (const call of data.delta.step_details.tool_calls) {
        const { arguments: json, ...rest } = call.function;
        const known = built[call.index];
        if (known) known.arguments += json;
        else built[call.index] = { id: call.id, name: rest.name, arguments: json };
      }
    }
    const calls: { id: string; function: object }[] = run.required_action.submit_tool_outputs.tool_calls;
    expect(built).toEqual(calls.map((call) => ({ id: call.id, ...call.function })));

    const path = `/threads/${thread.id}/runs/${run.id}/submit_tool_outputs`;
    const next = await collect(api.stream(path, outputsFor(run)));
    expect(names(next)).toEqual(['thread.run.step.completed', 'thread.run.queued', ...REPLYING]);
    expect(next[0]?.data.step_details.tool_calls[0].function.output).toBe('sunny');
  });

  it('includes a cancellation', async () => {
    const api = await startApi({ tokenMs: 1 });
    const { id } = await addAssistant(api);
    const thread = await addThread(api, 'many words '.repeat(200));
    const events: SentEvent[] = [];
    for await (const event of api.stream(`/threads/${thread.id}/runs`, { assistant_id: id })) {
      if (event.event === 'thread.message.delta' && events.at(-1)?.event === 'thread.message.in_progress') {
        await api.post(`/threads/${thread.id}/runs/${events[0]?.data.id}/cancel`);
      }
      events.push(event);
    }
    // A word that is being written when the run is cancelled is still sent.
    const states = names(events).filter((name) => !name.endsWith('.delta'));
    expect(states.slice(-5)).toEqual([
      'thread.run.cancelling',
      'thread.message.incomplete',
      'thread.run.step.cancelled',
      'thread.run.cancelled',
      'done',
    ]);
  });

  it('includes a failure', async () => {
    const api = await startApi();
    const { id } = await addAssistant(api, { model: 'offline-fails' });
    const events = await collect(api.stream('/threads/runs', { assistant_id: id }));
    expect(names(events).slice(-4)).toEqual([
      'thread.message.incomplete',
      'thread.run.step.failed',
      'thread.run.failed',
      'done',
    ]);
  });

  it('ends with an error if the run is deleted with its thread', async () => {
    const api = await startApi({ tokenMs: 1 });
    const { id } = await addAssistant(api);
    const thread = await addThread(api, 'many words '.repeat(200));
    const events: SentEvent[] = [];
    for await (const event of api.stream(`/threads/${thread.id}/runs`, { assistant_id: id })) {
      if (events.at(-1)?.event === 'thread.message.in_progress') await api.remove(`/threads/${thread.id}`);
      events.push(event);
    }
    expect(names(events).slice(-2)).toEqual(['error', 'done']);
    expect(events.at(-2)?.data).toEqual({
      type: 'invalid_request_error',
      message: `Run ${events[0]?.data.id} has been deleted together with its thread.`,
      param: null,
      code: null,
    });
  });

  it('gets an ordinary error response if the request is invalid', async () => {
    const api = await startApi();
    const response = await api.call('POST', '/threads/runs', { assistant_id: 'asst_unknown', stream: true });
    expect(response).toMatchObject({ status: 404, body: { error: { param: 'assistant_id' } } });
  });
});

describe('a client of a stream', () => {
  it('does not stop the run when it disconnects', async () => {
    const api = await startApi({ tokenMs: 1 });
    const { id } = await addAssistant(api);
    const thread = await addThread(api, 'Hello '.repeat(50));
    const disconnecting = new AbortController();
    let run = { id: '', thread_id: thread.id };
    const read = async () => {
      const options = { signal: disconnecting.signal };
      for await (const { event, data } of api.stream(
        `/threads/${thread.id}/runs`,
        { assistant_id: id },
        options,
      )) {
        if (event === 'thread.run.created') run = data;
        if (event === 'thread.message.delta') disconnecting.abort();
      }
    };
    await expect(read()).rejects.toThrow('abort');
    expect(await api.until(run, 'completed')).toMatchObject({ status: 'completed' });
  });

  it('that never reads does not block the run, and is disconnected before it fills the memory', async () => {
    async function* pieces() {
      for (let index = 0; index < 30; index += 1) yield 'x'.repeat(1_000_000);
    }
    const model: Model = {
      tokens: WORD_COUNTER,
      canContinue: true,
      respond: async () => ({ kind: 'message', pieces: pieces(), ending: () => PLAIN_ENDING }),
    };
    const api = await startApi({ model });
    const { id } = await addAssistant(api);
    const thread = await addThread(api, 'Hello');
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1').pause();
    const body = JSON.stringify({ assistant_id: id, stream: true });
    socket.write(
      `POST /v1/threads/${thread.id}/runs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer test\r\n` +
        `OpenAI-Beta: assistants=v1\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await api.until(await firstRun(api, thread.id), 'completed');
    const received = await readToEnd(socket);
    expect(received).toContain('event: thread.run.created');
    expect(received).not.toContain('event: done');
  });

  it('sees the stream end when the API stops, and the run continues after the next start', async () => {
    const api = await startApi({ tokenMs: 2 });
    const { id } = await addAssistant(api);
    const thread = await addThread(api, 'Hello '.repeat(100));
    const events: SentEvent[] = [];
    let closed: Promise<void> | undefined;
    for await (const event of api.stream(`/threads/${thread.id}/runs`, { assistant_id: id })) {
      events.push(event);
      if (event.event === 'thread.message.delta') closed ??= api.close();
    }
    await closed;
    expect(events.at(-1)?.event).not.toBe('done');
    const next = await startApi({ dataDir: api.dataDir });
    await next.until(events[0]?.data, 'completed');
    const content = 'Hello '.repeat(100).trim();
    expect(await newestText(next, thread.id)).toBe(
      `I am the offline model of the local API.\n\nYou said: ${content}`,
    );
  });
});

async function firstRun(api: Awaited<ReturnType<typeof startApi>>, threadId: string) {
  const { data } = await poll(
    () => api.get(`/threads/${threadId}/runs`),
    ({ data }) => data.length > 0,
  );
  return data[0];
}

/** Everything that a socket receives until it closes, with or without an error. */
function readToEnd(socket: Socket): Promise<string> {
  let received = '';
  return new Promise((resolve) => {
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
    socket.resume();
  });
}
