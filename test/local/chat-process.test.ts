import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { BUILT_MODULES } from '../support/built-modules.ts';
import { freshSettings, startProgram } from '../support/process.ts';
import { startChatServer } from './support/chat-server.ts';
import { addRun, newestText } from './support/fixtures.ts';
import { createRestCaller } from './support/rest-caller.ts';

const KEY = 'sk-very-secret-key';

it('a response that is aborted before it is read does not keep its process alive', async () => {
  const chat = await startChatServer();
  chat.answer((request) => request.write('Once upon'));
  const program = `
    import { createChatConnection } from '${new URL('./models/chat/connection.js', BUILT_MODULES)}';
    const connection = createChatConnection({ url: '${chat.modelServer.url}', silenceMs: 60_000 });
    const stopping = new AbortController();
    await connection.post({}, stopping.signal);
    stopping.abort();
    await connection.close();
  `;
  const args = ['--input-type=module', '--eval', program];
  await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
});

it('the settings of the models reach the local API, which stops while a model writes', async () => {
  const chat = await startChatServer();
  const settings = await freshSettings();
  const program = startProgram('npm run local', {
    ...settings,
    MODEL_URL: chat.modelServer.url,
    MODEL_API_KEY: KEY,
    MODEL_NAME: 'gpt-4=qwen3,llama3.1',
    MODEL_CONTEXT_TOKENS: '512',
    MODEL_TIMEOUT_MS: '20000',
  });
  const api = createRestCaller(await program.says(/^The local Assistants API listens on (\S+)$/m));
  await program.says(/^Its runs use the models at http:\/\/127\.0\.0\.1:\d+\/v1$/m);
  const run = await addRun(api, 'word '.repeat(1_000), {}, { model: 'gpt-4' });
  const first = await chat.next();
  expect(first.body.model).toBe('qwen3');
  expect(first.headers.authorization).toBe(`Bearer ${KEY}`);
  first.reply({ text: ['Hi.'] });
  await api.until(run, 'completed');
  expect(await newestText(api, run.thread_id)).toBe('Hi.');

  const failing = await addRun(api, 'Hello', {}, { model: 'gpt-3.5-turbo' });
  const second = await chat.next();
  expect(second.body.model).toBe('llama3.1');
  second.fail(401, { error: { message: `Incorrect API key: ${KEY}` } });
  await api.until(failing, 'failed');
  await addRun(api, 'Hello');
  const third = await chat.next();
  third.write('Once upon');
  program.signal('SIGTERM');
  expect(await program.ended).toBe(0);
  await third.closed;
  const { out, err } = program.written;
  expect(err).toContain('MODEL_API_KEY');
  expect(out + err).not.toContain(KEY);
});
