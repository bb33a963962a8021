/**
 * Start and memory of this server, started as `npm start` does after the build, beside naive mercurius: milliseconds until
 * the first response, resident memory after it, and after a minute of all workloads from 16 clients.
 *
 *   node bench/queries/memory.mjs [seconds]
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ask, memoryMiB, start } from './processes.mjs';
import { header, print } from './table.mjs';
import { bodyOf, WORKLOADS } from './workloads.mjs';

const [seconds = '60'] = process.argv.slice(2);
const PORT = '4790';
const upstream = await start('upstream.mjs', 1);
const load = await start('load.mjs', 1);

header(['server', 'first response, ms', 'idle, MiB', 'after load, MiB', 'peak, MiB']);
await measure('ours', startOurs);
await measure('mercurius', () => start('servers/mercurius.mjs', 0, upstream.url));
process.exit(0);

function startOurs() {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const [, command] = scripts.start.split('&& exec ');
  const env = {
    ...process.env,
    PORT,
    UPSTREAM_URL: upstream.url,
    UPSTREAM_API_KEY: 'key',
    LOG_LEVEL: 'warn',
  };
  const child = spawn('taskset', ['-c', '0', ...command.split(' ')], { cwd: root, env, stdio: 'ignore' });
  return { child, url: `http://127.0.0.1:${PORT}/graphql` };
}

async function measure(name, startServer) {
  const startedAt = performance.now();
  const { child, url } = await startServer();
  await firstResponse(url, bodyOf(WORKLOADS[0], name));
  const firstMs = Math.round(performance.now() - startedAt);
  await sleep(2_000);
  const idle = memoryMiB(child, 'VmRSS');
  for (const workload of WORKLOADS) {
    await ask(load, { url, body: bodyOf(workload, name), clients: 16, seconds: seconds / WORKLOADS.length });
  }
  print([name, firstMs, idle, memoryMiB(child, 'VmRSS'), memoryMiB(child, 'VmHWM')]);
  child.kill();
}

/** Asks until the server is there. */
async function firstResponse(url, body) {
  for (;;) {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      return await response.text();
    } catch {
      await sleep(5);
    }
  }
}
