/** The commands of docs/production.md, run as they are. */
import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { codeBlocks } from './support/doc-page.ts';
import { freshSettings, ROOT, startProgram } from './support/process.ts';

const commands = codeBlocks('docs/production.md', 'sh').flatMap((block) => block.trim().split('\n'));
const GRAPH = /^GraphQL is served on (\S+)$/m;

const run = (command: string) => execFileSync('sh', ['-c', command], { cwd: ROOT, encoding: 'utf8' }).trim();

/** A command may begin with settings. */
function startCommand(line: string, settings: Awaited<ReturnType<typeof freshSettings>>) {
  const words = line.split(' ');
  const own = words.filter((word) => /^[A-Z_]+=/.test(word)).map((word) => word.split('='));
  const command = words.filter((word) => !/^[A-Z_]+=/.test(word)).join(' ');
  return startProgram(command, { ...settings, ...Object.fromEntries(own) });
}

const post = (url: string, query: string, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });

test('the page has these commands, and each is run below', () => {
  expect(commands).toEqual([
    `node -p "crypto.randomBytes(32).toString('base64url')"`,
    'npm run trust -- trusted.json examples/chat/src',
    'TRUSTED_DOCUMENTS=trusted.json npm start',
  ]);
});

test('the key that the first command makes lets a client in, with limits, probes and metrics', async () => {
  const [makeKey = ''] = commands;
  const key = run(makeKey);
  expect(key).toMatch(/^[\w-]{43}$/);
  const program = startProgram('node dist/main.js', {
    ...(await freshSettings()),
    AUTH: 'key',
    AUTH_KEYS: `web=${key}, importer=${run(makeKey)} threads:write assistants:read`,
    OWNERS: 'metadata',
    OWNERS_SECRET: run(makeKey),
    MAX_REQUESTS_PER_MINUTE: '2',
    METRICS_PORT: '0',
    SHUTDOWN_DELAY_MS: '10',
  });
  const url = await program.says(GRAPH);
  const metrics = await program.says(/^Prometheus reads (\S+)$/m);
  const query = '{ assistants { nodes { id } } }';
  expect((await post(url, query)).status).toBe(401);
  const statuses = [];
  for (let count = 0; count < 3; count++) {
    statuses.push((await post(url, query, { authorization: `Bearer ${key}` })).status);
  }
  expect(statuses).toEqual([200, 200, 429]);
  for (const path of ['/health', '/ready']) {
    expect((await fetch(new URL(path, url))).status).toBe(200);
    expect((await fetch(new URL(path, metrics))).status).toBe(200);
  }
  expect(await (await fetch(metrics)).text()).toContain('code="RATE_LIMITED"');
  program.signal('SIGTERM');
  expect(await program.ended).toBe(0);
  expect(program.written.err).not.toContain(key);
});

test('the manifest that the second command makes is what the third one accepts', async () => {
  const [, trust = '', start = ''] = commands;
  onTestFinished(() => rm(join(ROOT, 'trusted.json'), { force: true }));
  expect(run(trust)).toMatch(/trusted.json has \d+ documents\.$/);
  const program = startCommand(start, await freshSettings());
  const response = await post(await program.says(GRAPH), '{ assistants { nodes { id } } }');
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('FORBIDDEN');
});
