import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import OpenAI, { APIError, AuthenticationError, BadRequestError, NotFoundError, toFile } from 'openai';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRouter } from '../../src/local/http/router.ts';
import { type OperationName, operations } from '../../src/rest/operations.ts';
import { startApiWithEcho } from './support/chat-server.ts';
import { getWeather } from './support/fixtures.ts';
import { startApi } from './support/local-api.ts';

/** The operations that the HTTP server of the local API gets requests for from now on. */
function watchCalls(): Set<OperationName> {
  const router = createRouter(operations);
  const called = new Set<OperationName>();
  const onRequest = (message: unknown) => {
    const { request } = message as { request: IncomingMessage };
    const [path = ''] = (request.url ?? '').split('?');
    const found = router.find(request.method ?? '', path.slice('/v1'.length));
    if (typeof found === 'object') called.add(found.name);
  };
  subscribe('http.server.request.start', onRequest);
  onTestFinished(() => void unsubscribe('http.server.request.start', onRequest));
  return called;
}

const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

const tools = [getWeather] as OpenAI.Beta.AssistantCreateParams['tools'] & object;

describe.each([
  ['the offline model', startApi],
  ['a model server', startApiWithEcho],
])('the official client, with %s', (_, start) => {
  /** Unmodified. */
  async function startClient() {
    const api = await start();
    const client = new OpenAI({ apiKey: 'sk-test', baseURL: api.url, maxRetries: 0 });
    return { client, beta: client.beta };
  }

  it('can call all 28 operations and the file operations', async () => {
    const { client, beta } = await startClient();
    const called = watchCalls();
    const file = await client.files.create({
      file: await toFile(Buffer.from('hello'), 'a.txt'),
      purpose: 'assistants',
    });
    expect(await client.files.retrieve(file.id)).toEqual(file);
    expect(await (await client.files.content(file.id)).text()).toBe('hello');
    expect((await client.files.list()).data).toEqual([file]);

    const assistant = await beta.assistants.create({ model: 'gpt-4-turbo', name: 'Ann', tools });
    expect(await beta.assistants.retrieve(assistant.id)).toEqual(assistant);
    const renamed = await beta.assistants.update(assistant.id, { name: 'Bea' });
    expect((await beta.assistants.list()).data).toEqual([renamed]);
    const attached = await beta.assistants.files.create(assistant.id, { file_id: file.id });
    expect(await beta.assistants.files.retrieve(assistant.id, file.id)).toEqual(attached);
    expect((await beta.assistants.files.list(assistant.id)).data).toEqual([attached]);
    await beta.assistants.files.del(assistant.id, file.id);

    const thread = await beta.threads.create({ metadata: { a: 'b' } });
    expect(await beta.threads.retrieve(thread.id)).toEqual(thread);
    expect((await beta.threads.update(thread.id, { metadata: { c: 'd' } })).metadata).toEqual({ c: 'd' });
    const message = await beta.threads.messages.create(thread.id, {
      role: 'user',
      content: 'get_weather, please',
      file_ids: [file.id],
    });
    expect(await beta.threads.messages.retrieve(thread.id, message.id)).toEqual(message);
    await beta.threads.messages.update(thread.id, message.id, { metadata: { e: 'f' } });
    expect((await beta.threads.messages.list(thread.id)).data[0]?.metadata).toEqual({ e: 'f' });
    const [messageFile] = (await beta.threads.messages.files.list(thread.id, message.id)).data;
    expect(await beta.threads.messages.files.retrieve(thread.id, message.id, file.id)).toEqual(messageFile);

    const run = await beta.threads.runs.create(thread.id, { assistant_id: assistant.id });
    const waiting = await beta.threads.runs.poll(thread.id, run.id);
    expect(waiting.status).toBe('requires_action');
    const [call] = waiting.required_action?.submit_tool_outputs.tool_calls ?? [];
    const done = await beta.threads.runs.submitToolOutputsAndPoll(thread.id, run.id, {
      tool_outputs: [{ tool_call_id: call?.id ?? '', output: 'sunny' }],
    });
    expect(done.status).toBe('completed');
    expect(await beta.threads.runs.retrieve(thread.id, run.id)).toEqual(done);
    await beta.threads.runs.update(thread.id, run.id, { metadata: { g: 'h' } });
    expect((await beta.threads.runs.list(thread.id)).data[0]?.metadata).toEqual({ g: 'h' });
    const [step] = (await beta.threads.runs.steps.list(thread.id, run.id)).data;
    expect(await beta.threads.runs.steps.retrieve(thread.id, run.id, step?.id ?? '')).toEqual(step);

    const cancelled = await beta.threads.createAndRun({
      assistant_id: assistant.id,
      thread: { messages: [{ role: 'user', content: 'get_weather' }] },
    });
    await beta.threads.runs.cancel(cancelled.thread_id, cancelled.id);
    expect((await beta.threads.runs.poll(cancelled.thread_id, cancelled.id)).status).toBe('cancelled');

    expect((await beta.threads.del(thread.id)).deleted).toBe(true);
    expect((await beta.assistants.del(assistant.id)).deleted).toBe(true);
    expect((await client.files.del(file.id)).deleted).toBe(true);
    expect([...called].sort()).toEqual(Object.keys(operations).sort());
  });

  it('pages through 250 objects in both orders', async () => {
    const { beta } = await startClient();
    const names = Array.from({ length: 250 }, (_, index) => `assistant ${index}`);
    for (const name of names) await beta.assistants.create({ model: 'm', name });
    for (const [order, expected] of [
      ['asc', names],
      ['desc', [...names].reverse()],
    ] as const) {
      const found: (string | null)[] = [];
      for await (const { name } of beta.assistants.list({ order, limit: 37 })) found.push(name);
      expect(found).toEqual(expected);
    }
  });

  it('creates a run and polls it to its end', async () => {
    const { beta } = await startClient();
    const { id: assistant_id } = await beta.assistants.create({ model: 'm' });
    const thread = { messages: [{ role: 'user' as const, content: 'Hello' }] };
    const run = await beta.threads.createAndRunPoll({ assistant_id, thread });
    expect(run.status).toBe('completed');
    const second = await beta.threads.runs.createAndPoll(run.thread_id, { assistant_id });
    expect(second.status).toBe('completed');
  });

  it('streams a run: text, messages, steps and the final objects', async () => {
    const { beta } = await startClient();
    const { id: assistant_id } = await beta.assistants.create({ model: 'm' });
    const thread = await beta.threads.create({ messages: [{ role: 'user', content: 'Stream this' }] });
    const stream = beta.threads.runs.createAndStream(thread.id, { assistant_id });
    let text = '';
    const steps: string[] = [];
    stream.on('textDelta', (delta) => {
      text += delta.value;
    });
    stream.on('runStepDone', (step) => steps.push(step.status));
    const [message] = await stream.finalMessages();
    expect(message?.content[0]).toMatchObject({ text: { value: text } });
    expect(text).toContain('Stream this');
    expect(steps).toEqual(['completed']);
    expect((await stream.finalRun()).status).toBe('completed');
    expect(await stream.finalRunSteps()).toHaveLength(1);
  });

  it('streams a new thread and run, a tool call, and the run after the outputs', async () => {
    const { beta } = await startClient();
    const { id: assistant_id } = await beta.assistants.create({ model: 'm', tools });
    const thread = { messages: [{ role: 'user' as const, content: 'get_weather' }] };
    const first = beta.threads.createAndRunStream({ assistant_id, thread });
    let built = '';
    // Not toolCallDone: this version of the client does not merge the deltas of tool calls.
    first.on('toolCallDelta', (call) => {
      if (call.type === 'function') built += call.function?.arguments ?? '';
    });
    const waiting = await first.finalRun();
    expect(waiting.status).toBe('requires_action');
    expect(built).toBe('{"city":"city"}');
    const calls = waiting.required_action?.submit_tool_outputs.tool_calls ?? [];
    const next = beta.threads.runs.submitToolOutputsStream(waiting.thread_id, waiting.id, {
      tool_outputs: calls.map(({ id }) => ({ tool_call_id: id, output: 'sunny' })),
    });
    const [message] = await next.finalMessages();
    expect(JSON.stringify(message?.content)).toContain('get_weather answered: sunny');
    expect((await next.finalRun()).status).toBe('completed');
  });

  it('turns every error into the right class', async () => {
    const { client, beta } = await startClient();
    const missing = await rejection(beta.threads.retrieve('thread_x'));
    expect(missing).toBeInstanceOf(NotFoundError);
    expect(missing).toMatchObject({
      message: "404 No thread found with id 'thread_x'.",
      type: 'invalid_request_error',
    });

    const invalid = await rejection(beta.assistants.create({ model: 'm', name: 'x'.repeat(257) }));
    expect(invalid).toBeInstanceOf(BadRequestError);
    expect(invalid).toMatchObject({ param: 'name' });

    const anonymous = new OpenAI({ apiKey: ' ', baseURL: client.baseURL, maxRetries: 0 });
    const unauthenticated = await rejection(anonymous.beta.assistants.list());
    expect(unauthenticated).toBeInstanceOf(AuthenticationError);
    expect(unauthenticated).toMatchObject({ code: 'invalid_api_key' });

    const { id: assistant_id } = await beta.assistants.create({ model: 'm', tools });
    const thread = { messages: [{ role: 'user' as const, content: 'get_weather' }] };
    const run = await beta.threads.createAndRunPoll({ assistant_id, thread });
    const { thread_id } = run;
    const errors = [
      await rejection(beta.threads.runs.create(thread_id, { assistant_id })),
      await rejection(beta.threads.messages.create(thread_id, { role: 'user', content: 'x' })),
      await rejection(beta.threads.runs.submitToolOutputs(thread_id, run.id, { tool_outputs: [] })),
      await rejection(beta.threads.runs.createAndStream(thread_id, { assistant_id }).finalRun()),
    ];
    for (const error of errors) {
      expect(error).toBeInstanceOf(APIError);
      expect(error).toMatchObject({ status: 400, message: expect.stringContaining(run.id) });
    }
    await beta.threads.runs.cancel(thread_id, run.id);
    await beta.threads.runs.poll(thread_id, run.id);
    const ended = await rejection(beta.threads.runs.cancel(thread_id, run.id));
    expect(ended).toMatchObject({ message: "400 Cannot cancel run with status 'cancelled'." });
  });
});
