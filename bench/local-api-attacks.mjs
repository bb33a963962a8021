/**
 * Measures how long a small request waits while the local API works on what a hostile client sends and stores.
 * Run `npm run build` first, then `node bench/local-api-attacks.mjs [part of a name]`. Prints a Markdown table.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { startLocalApiThread } from '../dist/local/worker-thread.js';
import { attacks } from './local-api-attack-list.mjs';

const PROBE_EVERY_MS = 2;
const MAX_ATTACK_MS = 60_000;
const headers = { authorization: 'Bearer bench', 'openai-beta': 'assistants=v1' };
const agent = new Agent({ keepAlive: true, maxSockets: 1_000 });

/** Resolves with the status and the length of the response, and with its body if it is JSON and short. */
function send(url, method, path, body, more = {}) {
  const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const options = { method, agent, headers: { ...headers, ...more } };
  return new Promise((resolve, reject) => {
    const sending = request(url + path, options, (response) => {
      const chunks = [];
      let length = 0;
      response.on('data', (chunk) => {
        length += chunk.length;
        if (length < 1e6) chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => {
        const isJson = length < 1e6 && response.headers['content-type'] === 'application/json';
        const json = isJson ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
        resolve({ status: response.statusCode, length, json });
      });
    });
    sending.on('error', reject);
    sending.end(text);
  });
}

/** In a thread of its own, so that the attacker's own work does not count. */
async function probe() {
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
    await send(workerData, 'GET', '/assistants/asst_none').catch(() => undefined);
    waits.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
  }
}

async function attack({ name, prepare, act }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-local-api-'));
  let api = await startLocalApiThread({ dataDir, port: 0, tokenMs: 0 });
  const client = {
    send: (...sent) => send(api.url, ...sent),
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
  console.log(`| ${name} | ${percentile(idle, 0.99)} | ${percentile(during, 1)} | ${seconds} | ${result} |`);
}

function percentile(waits, share) {
  const sorted = waits.toSorted((a, b) => a - b);
  return (sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? Number.NaN).toFixed(1);
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
