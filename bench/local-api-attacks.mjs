/**
 * Measures how long a small request waits while the local API works on what a hostile client sends and stores.
 * Run `npm run build` first, then `node bench/local-api-attacks.mjs [part of a name]`. Prints a Markdown table.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { startLocalApiThread } from '../dist/local/worker-thread.js';
import { attacks } from './local-api-attack-list.mjs';
import { createClient, percentile } from './local-api-client.mjs';

const PROBE_EVERY_MS = 2;
const MAX_ATTACK_MS = 60_000;

/** In a thread of its own, so that the attacker's own work does not count. */
async function probe() {
  const { send } = createClient(workerData);
  let waits = [];
  let start = performance.now();
  parentPort.on('message', () => {
    // The request that still waits counts too: it may never get a response.
    parentPort.postMessage([...waits, performance.now() - start]);
    waits = [];
  });
  for (;;) {
    start = performance.now();
    // No response while the API restarts.
    await send('GET', '/assistants/asst_none').catch(() => undefined);
    waits.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
  }
}

async function attack({ name, prepare, act }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-local-api-'));
  let api = await startLocalApiThread({ dataDir, port: 0, tokenMs: 0 });
  const client = {
    ...createClient(api.url),
    async restart() {
      await api.close();
      api = await startLocalApiThread({ dataDir, port: Number(new URL(api.url).port), tokenMs: 0 });
    },
  };
  const prepared = await prepare?.(client);
  const prober = new Worker(new URL(import.meta.url), { workerData: api.url });
  const collect = () =>
    new Promise((resolve) => {
      prober.once('message', resolve);
      prober.postMessage('');
    });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await collect();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const idle = await collect();
  const start = performance.now();
  const timeout = new Promise((resolve) => setTimeout(resolve, MAX_ATTACK_MS, 'none in 60 s').unref());
  const result = await Promise.race([act(client, prepared), timeout]).catch((error) => error.message);
  const seconds = ((performance.now() - start) / 1_000).toFixed(2);
  const during = await collect();
  await prober.terminate();
  const closed = api.close();
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 3_000))]);
  rmSync(dataDir, { recursive: true, force: true });
  const [usual, worst] = [percentile(idle, 0.99), percentile(during, 1)].map((ms) => ms.toFixed(1));
  console.log(`| ${name} | ${usual} | ${worst} | ${seconds} | ${result} |`);
}

if (isMainThread) {
  const [wanted = ''] = process.argv.slice(2);
  console.log(
    '| attack | idle: p99 ms | worst wait, ms | seconds | result |\n| --- | --- | --- | --- | --- |',
  );
  for (const each of attacks) if (each.name.includes(wanted)) await attack(each);
  process.exit();
} else {
  await probe();
}
