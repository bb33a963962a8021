/** The program off loopback, as docs/production.md starts it. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { codeBlocks } from '../support/doc-page.ts';
import { freshSettings, ROOT, startProgram } from '../support/process.ts';

const PROGRAM = 'node dist/main.js';

test('without authentication, the server does not start on another address', async () => {
  const program = startProgram(PROGRAM, { ...(await freshSettings()), HOST: '0.0.0.0' });
  expect(await program.ended).toBe(1);
  expect(program.written.out).toBe('');
  expect(program.written.err).toBe(
    'HOST must be a loopback address such as 127.0.0.1, because AUTH=none accepts every client: to listen on others, set AUTH to key, jwt or passthrough\n',
  );
});

test('with a key that docs/production.md makes, it does, and prints no secret', async () => {
  const [makeKey = ''] = codeBlocks('docs/production.md', 'sh');
  const key = execFileSync('sh', ['-c', makeKey], { cwd: ROOT, encoding: 'utf8' }).trim();
  expect(key).toMatch(/^[\w-]{43}$/);
  const program = startProgram(PROGRAM, {
    ...(await freshSettings()),
    HOST: '0.0.0.0',
    AUTH: 'key',
    AUTH_KEYS: `web=${key}`,
    OWNERS: 'metadata',
    OWNERS_SECRET: `secret-${key}`,
    LOG_LEVEL: 'debug',
  });
  const url = (await program.says(/GraphQL is served on (\S+)/)).replace('0.0.0.0', '127.0.0.1');
  const send = (headers: Record<string, string>) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: 'mutation { createThread { thread { metadata } } }' }),
    });
  expect((await send({})).status).toBe(401);
  const response = await send({ authorization: `Bearer ${key}` });
  expect(await response.json()).toEqual({ data: { createThread: { thread: { metadata: {} } } } });
  program.signal('SIGTERM');
  expect(await program.ended).toBe(0);
  expect(program.written.out + program.written.err).not.toContain(key);
});
