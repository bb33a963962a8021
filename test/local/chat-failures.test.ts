import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { listen } from '../../src/http/listen.ts';
import { type ChatRequest, startChatServer } from './support/chat-server.ts';
import { addRun, addThread, getWeather } from './support/fixtures.ts';
import { createMovableClock, startApi } from './support/local-api.ts';
import type { Json } from './support/rest-caller.ts';

const KEY = 'sk-very-secret-key';
const MINUTE = 60_000;

async function start(server: { silenceMs?: number; apiKey?: string } = {}, expiresAfterS = 600) {
  const clock = createMovableClock();
  const chat = await startChatServer({ apiKey: KEY, ...server });
  return { chat, clock, api: await startApi({ modelServer: chat.modelServer, clock, expiresAfterS }) };
}

const failsWith = async (answer: (request: ChatRequest) => void, body: object = {}) => {
  const { chat, api } = await start({ silenceMs: 300 }, 30);
  const run = await addRun(api, 'Hello', body, { tools: [getWeather] });
  answer(await chat.next());
  const ended: Json = await api.until(run, 'failed', 'completed', 'incomplete', 'requires_action');
  expect(ended.status).toBe('failed');
  // The operator is told as well, and nobody gets the key.
  expect(api.logged).toMatchObject([{ level: 'warn', fields: { code: ended.last_error.code } }]);
  expect(JSON.stringify([api.logged, ended])).not.toContain(KEY);
  await api.post(`/threads/${run.thread_id}/messages`, { role: 'user', content: 'the thread is unlocked' });
  return ended.last_error;
};

const chunk = (value: unknown) => (request: ChatRequest) => {
  request.response.writeHead(200, { 'content-type': 'text/event-stream' });
  request.response.end(`data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`);
};
const calls = (...tool_calls: object[]) =>
  chunk({ choices: [{ index: 0, delta: { tool_calls }, finish_reason: 'tool_calls' }] });
const endless = (piece: string) => (request: ChatRequest) => {
  request.response.writeHead(200, { 'content-type': 'text/event-stream' });
  const write = () => {
    while (!request.response.destroyed && request.response.write(piece));
  };
  request.response.on('drain', write);
  write();
};

const TOO_LONG = {
  code: 'server_error',
  message: 'The model server sent a chunk that is too long, or too much that is no chunk.',
};

describe('a run fails if the model server', () => {
  it.each<[string, (request: ChatRequest) => void, { code: string; message: string | RegExp }]>([
    [
      'rejects the prompt',
      (request) =>
        request.fail(400, { error: { message: `Bad role, ${KEY}`, type: 'invalid_request_error' } }),
      { code: 'invalid_prompt', message: 'The model server rejected the prompt (400): Bad role, [redacted]' },
    ],
    [
      'rejects the prompt in the manner of FastAPI',
      (request) => request.fail(422, { detail: 'field required' }),
      { code: 'invalid_prompt', message: 'The model server rejected the prompt (422): field required' },
    ],
    [
      'says that the prompt is too long',
      (request) => request.fail(400, { error: { code: 'context_length_exceeded', message: '5000 > 4096' } }),
      { code: 'invalid_prompt', message: 'The prompt is too long for the model (400): 5000 > 4096' },
    ],
    [
      'rejects the key, whose error it does not repeat',
      (request) => request.fail(401, { error: { message: `Incorrect API key: ${KEY}` } }),
      { code: 'server_error', message: 'The model server refused access (401). Check MODEL_API_KEY.' },
    ],
    [
      'does not know the model',
      (request) => request.fail(404, { error: "model 'gpt-4' not found" }),
      {
        code: 'server_error',
        message: `The model server has no model "gpt-4", or MODEL_URL is wrong (404): model 'gpt-4' not found`,
      },
    ],
    [
      'is out of credit',
      (request) => request.fail(429, { error: { code: 'insufficient_quota', message: 'No credit.' } }),
      { code: 'rate_limit_exceeded', message: 'The model server is busy (429): No credit.' },
    ],
    [
      'is busy for longer than the run has time',
      (request) => request.fail(429, {}, { 'retry-after': '3600' }),
      { code: 'rate_limit_exceeded', message: 'The model server is busy (429).' },
    ],
    [
      'is unavailable for longer than the run has time',
      (request) => request.fail(503, '<html>Bad gateway</html>', { 'retry-after': '60' }),
      { code: 'server_error', message: 'The model server failed (503).' },
    ],
    [
      'breaks',
      (request) => request.fail(500, { error: { message: 'CUDA error' } }),
      { code: 'server_error', message: 'The model server failed (500): CUDA error' },
    ],
    [
      'breaks with a long page',
      (request) => request.fail(500, '<html>'.padEnd(100_000, ' ')),
      { code: 'server_error', message: 'The model server failed (500).' },
    ],
    [
      'redirects',
      (request) => request.fail(307, '', { location: 'http://127.0.0.1:1/' }),
      { code: 'server_error', message: 'The model server failed (307).' },
    ],
    [
      'sends an error in the stream',
      chunk({ error: { message: 'Too many requests', code: '429' } }),
      { code: 'rate_limit_exceeded', message: 'The model server is busy (429): Too many requests' },
    ],
    [
      'sends nonsense',
      chunk('{"choices":'),
      { code: 'server_error', message: 'The model server sent a response that is not a chat completion.' },
    ],
    [
      'sends text that is none',
      chunk({ choices: [{ delta: { content: 5 } }] }),
      { code: 'server_error', message: 'The model server sent a response that is not a chat completion.' },
    ],
    [
      'filters the response',
      (request) => request.reply({ text: ['x'], finish: 'content_filter' }),
      { code: 'server_error', message: 'The model server stopped the response (content_filter).' },
    ],
    [
      'ends without an end of the response',
      (request) => {
        request.write('Hello wor');
        request.response.end();
      },
      { code: 'server_error', message: 'The model server ended its response too early.' },
    ],
    [
      'breaks the connection in the middle of a message',
      (request) => {
        request.write('Hello wor');
        setImmediate(() => request.response.destroy());
      },
      { code: 'server_error', message: /^The connection to the model server failed/ },
    ],
    [
      'never answers',
      () => undefined,
      { code: 'server_error', message: 'The model server sent nothing for 300 ms (MODEL_TIMEOUT_MS).' },
    ],
    [
      'stalls in the middle of a message',
      (request) => request.write('Hello wor'),
      { code: 'server_error', message: 'The model server sent nothing for 300 ms (MODEL_TIMEOUT_MS).' },
    ],
    ['sends a line without an end', endless('data: x'.padEnd(10_000, 'x')), TOO_LONG],
    ['sends comments without an end', endless(`${': x'.padEnd(10_000, 'x')}\n`), TOO_LONG],
    [
      'thinks without an end',
      endless(`data: ${JSON.stringify({ choices: [{ delta: { reasoning: 'x'.repeat(10_000) } }] })}\n\n`),
      { code: 'server_error', message: 'The model server sent more than 67108864 bytes.' },
    ],
    [
      'makes too many calls',
      calls(...Array.from({ length: 129 }, () => ({ function: { name: 'get_weather', arguments: '{}' } }))),
      { code: 'server_error', message: 'The model made more than 128 calls at once.' },
    ],
    [
      'makes calls that are too long',
      calls({ function: { name: 'get_weather', arguments: ' '.repeat(256_001) } }),
      { code: 'server_error', message: 'The model wrote calls of more than 256000 characters.' },
    ],
    [
      'calls a function that the run does not have',
      calls({ function: { name: 'get_wheather', arguments: '{}' } }),
      {
        code: 'server_error',
        message: 'The model called a function that the run does not have: "get_wheather".',
      },
    ],
  ])('%s', async (_, answer, { code, message }) => {
    const error = await failsWith(answer);
    expect(error.code).toBe(code);
    expect(error.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });

  it('cannot be reached', async () => {
    const server = createServer();
    const origin = await listen(server, { host: '127.0.0.1', port: 0, settings: 'PORT' });
    server.close();
    const names = { pairs: [] };
    const modelServer = { url: `${origin}/v1`, contextTokens: 8192, silenceMs: 1_000, names };
    const api = await startApi({ modelServer });
    const run = await addRun(api, 'Hello');
    expect((await api.until(run, 'failed')).last_error).toEqual({
      code: 'server_error',
      message: 'The connection to the model server failed (ECONNREFUSED).',
    });
  });
});

describe('a model server that', () => {
  it.each([429, 503])('is busy for a moment (%s) is asked again', async (status) => {
    const { chat, api } = await start();
    const run = await addRun(api, 'Hello');
    (await chat.next()).fail(status, {}, { 'retry-after-ms': '1' });
    (await chat.next()).fail(status, {}, { 'retry-after-ms': '1' });
    (await chat.next()).reply({ text: ['At last.'] });
    await api.until(run, 'completed');
    expect(chat.requests.map(({ body }) => body)).toEqual(Array(3).fill(chat.requests[0]?.body));
  });

  it('is slow has time as long as it sends something', async () => {
    const { chat, api } = await start({ silenceMs: 1_000 });
    const run = await addRun(api, 'Hello');
    const request = await chat.next();
    let left = 15;
    const writing = setInterval(() => {
      left -= 1;
      if (left > 0) return request.write('.');
      clearInterval(writing);
      request.response.end('data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n');
    }, 100);
    await api.until(run, 'completed');
  });

  it('keeps the stream open after its last chunk does not hold up the run', async () => {
    const { chat, api } = await start();
    const run = await addRun(api, 'Hello');
    const request = await chat.next();
    request.write('Done.');
    request.response.write('data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n');
    await api.until(run, 'completed');
    await request.closed;
  });

  it('never stops is stopped at the maximum length of a message', async () => {
    const { chat, api } = await start();
    const run = await addRun(api, 'Hello');
    const request = await chat.next();
    endless(`data: ${JSON.stringify({ choices: [{ delta: { content: 'x'.repeat(10_000) } }] })}\n\n`)(
      request,
    );
    await api.until(run, 'incomplete');
    await request.closed;
    const [message] = (await api.get(`/threads/${run.thread_id}/messages`)).data;
    expect(message.content[0].text.value).toHaveLength(256_000);
  });

  it.each(['before the response', 'in the middle of the message'])(
    'is told when a run is cancelled %s',
    async (when) => {
      const { chat, api } = await start();
      const run = await addRun(api, 'Hello');
      const request = await chat.next();
      if (when !== 'before the response') request.write('Hello');
      await api.post(`/threads/${run.thread_id}/runs/${run.id}/cancel`);
      await api.until(run, 'cancelled');
      await request.closed;
    },
  );

  it('is told when a run expires or its thread is deleted', async () => {
    const { chat, api, clock } = await start();
    const deleted = await addRun(api, 'Hello');
    const first = await chat.next();
    await api.remove(`/threads/${deleted.thread_id}`);
    await first.closed;
    const run = await addRun(api, 'Hello');
    const second = await chat.next();
    clock.advance(10 * MINUTE);
    await api.until(run, 'expired');
    await second.closed;
  });

  it('is busy is not asked again once the run is cancelled', async () => {
    const { chat, api } = await start();
    const run = await addRun(api, 'Hello');
    (await chat.next()).fail(503, {}, { 'retry-after': '30' });
    await api.post(`/threads/${run.thread_id}/runs/${run.id}/cancel`);
    await api.until(run, 'cancelled');
    const thread = await addThread(api, 'Hello');
    const other = await api.post(`/threads/${thread.id}/runs`, { assistant_id: run.assistant_id });
    (await chat.next()).reply({ text: ['Hi.'] });
    await api.until(other, 'completed');
    expect(chat.requests).toHaveLength(2);
  });

  it('must write a message afresh ends the streams that have sent its beginning', async () => {
    const { chat, api, clock } = await start();
    const assistant = await api.post('/assistants', { model: 'm' });
    const thread = await addThread(api, 'Hello');
    const events = api.stream(`/threads/${thread.id}/runs`, { assistant_id: assistant.id });
    const names: string[] = [];
    let answer: Promise<void> | undefined;
    for await (const { event } of events) {
      names.push(event);
      if (event === 'thread.run.in_progress') (await chat.next()).write('The sky is green');
      if (event !== 'thread.message.delta') continue;
      // The run's expiry is limited again, which interrupts what it is doing.
      clock.adjust(-60 * MINUTE);
      clock.advance(MINUTE);
      answer = chat.next().then((request) => request.reply({ text: ['The sky is blue.'] }));
    }
    await answer;
    expect(names.at(-1)).toBe('thread.message.delta');
    const [run] = (await api.get(`/threads/${thread.id}/runs`)).data;
    await api.until(run, 'completed');
    const { data } = await api.get(`/threads/${thread.id}/messages`);
    expect(data).toMatchObject([{ content: [{ text: { value: 'The sky is blue.' } }] }, { role: 'user' }]);
  });
});
