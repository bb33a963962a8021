/** The log of a process in trouble has no key in it, as it is or encoded. */
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { listenLocally } from '../support/listen.ts';
import { poll } from '../support/poll.ts';
import { freshSettings, startProgram } from '../support/process.ts';

const UPSTREAM_KEY = 'sk-upstream/0123456789+abc';
const CLIENT_KEY = 'client-key-0123456789-abcdef';

/** A REST API that repeats what it was sent, in all that a log could take from it. */
async function startEcho(): Promise<string> {
  const server = createServer(({ headers: { authorization = '' } }, response) => {
    const encoded = Buffer.from(authorization).toString('base64');
    const message = `No: ${authorization} ${encoded}`;
    response
      .writeHead(401, { 'x-request-id': authorization, 'www-authenticate': encoded })
      .end(JSON.stringify({ error: { message, type: authorization, code: encoded, param: authorization } }));
  });
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${await listenLocally(server)}/v1`;
}

test('no key is in the log, as it is or encoded', async () => {
  const program = startProgram('node dist/main.js', {
    ...(await freshSettings()),
    UPSTREAM_URL: await startEcho(),
    UPSTREAM_API_KEY: UPSTREAM_KEY,
    AUTH: 'key',
    AUTH_KEYS: `web=${CLIENT_KEY}`,
    LOG_LEVEL: 'debug',
  });
  const url = await program.says(/^GraphQL is served on (\S+)$/m);
  const encoded = Buffer.from(CLIENT_KEY).toString('base64');
  const send = (headers: Record<string, string>) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${CLIENT_KEY}`, ...headers },
      body: JSON.stringify({ query: 'query Read { assistants { nodes { id } } }' }),
    });
  await send({});
  await send({ 'x-request-id': CLIENT_KEY });
  await send({ 'x-request-id': encoded });
  await send({ 'x-request-id': Buffer.from(`x:${CLIENT_KEY}`).toString('base64').replace(/=/g, '') });
  await send({ authorization: `Bearer ${CLIENT_KEY}x`, 'x-request-id': 'last' });
  await poll(
    async () => program.written.err,
    (text) => text.includes('"requestId":"last"'),
  );

  expect(program.written.err.match(/"msg":"request"/g)).toHaveLength(5);
  for (const key of [CLIENT_KEY, UPSTREAM_KEY]) {
    for (const text of [key, `${key}x`, `x:${key}`, `Bearer ${key}`]) {
      for (const form of ['utf8', 'base64', 'base64url'] as const) {
        expect(program.written.err).not.toContain(Buffer.from(text).toString(form).replace(/=+$/, ''));
      }
    }
  }
});
