import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ROOT } from '../support/process.ts';
import { startApiWithEcho } from './support/chat-server.ts';
import { startApi } from './support/local-api.ts';

const run = promisify(execFile);

it.each([
  ['the offline model', startApi, 'Lima'],
  ['a model server', startApiWithEcho, 'city'],
])('examples/assistant.mjs runs unchanged on the local API with %s', async (_, start, city) => {
  const api = await start();
  const { PATH } = process.env;
  const env = { PATH, OPENAI_BASE_URL: api.url, OPENAI_API_KEY: 'local' };
  const { stdout, stderr } = await run(process.execPath, [join(ROOT, 'examples/assistant.mjs')], { env });
  expect(stdout).toContain(`get_weather({"city":"${city}"})\n`);
  expect(stdout).toContain(`get_weather answered: It is 24 °C and sunny in ${city}.`);
  expect(stdout).toMatch(/\nThe run is completed\. \n$/);
  expect(stderr).toBe('');
  expect((await api.get('/assistants', { key: 'local' })).data).toEqual([]);
});
