import { expect, it } from 'vitest';
import { freshSettings, startProgram } from '../support/process.ts';
import { createRestCaller } from './support/rest-caller.ts';

const LOCAL_API = /^The local Assistants API listens on (\S+)$/m;

it('the settings of the local API reach it, and its requests are in the log of the process', async () => {
  const program = startProgram('node dist/main.js local', {
    ...(await freshSettings()),
    LOCAL_API_HOST: '0.0.0.0',
    LOCAL_API_KEYS: 'sk-first,sk-second',
    LOCAL_API_REQUESTS_PER_MINUTE: '100',
    LOCAL_API_LOG: 'on',
  });
  const url = await program.says(LOCAL_API);
  expect(url).toMatch(/^http:\/\/0\.0\.0\.0:/);
  const api = createRestCaller(url);
  const { status, headers } = await api.call('GET', '/assistants', undefined, { key: 'sk-second' });
  expect([status, headers.get('x-ratelimit-limit-requests')]).toEqual([200, '100']);
  expect((await api.call('GET', '/assistants', undefined, { key: 'sk-third' })).status).toBe(401);
  program.signal('SIGTERM');
  expect(await program.ended).toBe(0);
  const entries = program.written.err.trim().split('\n');
  // An entry is written when its response has been sent, which may take longer for the first.
  const byStatus = entries.map((entry) => JSON.parse(entry)).sort((one, other) => one.status - other.status);
  expect(byStatus).toMatchObject([
    { msg: 'request', method: 'GET', path: '/v1/assistants', status: 200 },
    { msg: 'request', method: 'GET', path: '/v1/assistants', status: 401 },
  ]);
  expect(program.written.err).not.toContain('sk-');
});

it('the server does not start with a key that its local API would not accept', async () => {
  const settings = { ...(await freshSettings()), LOCAL_API_KEYS: 'sk-first,sk-second' };
  const refused = startProgram('node dist/main.js', settings);
  expect(await refused.ended).toBe(1);
  expect(refused.written.err).toBe('UPSTREAM_API_KEY must be one of LOCAL_API_KEYS\n');

  const passthrough = startProgram('node dist/main.js', { ...settings, AUTH: 'passthrough' });
  expect(await passthrough.says(/^GraphQL is served on (\S+)$/m)).toContain('http');
  passthrough.signal('SIGTERM');
  expect(await passthrough.ended).toBe(0);

  const program = startProgram('node dist/main.js', { ...settings, UPSTREAM_API_KEY: 'sk-second' });
  const url = await program.says(/^GraphQL is served on (\S+)$/m);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ assistants { nodes { id } } }' }),
  });
  expect(await response.json()).toEqual({ data: { assistants: { nodes: [] } } });
});
