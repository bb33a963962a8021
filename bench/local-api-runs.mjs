/**
 * Measures how long a small read takes while the local API has many runs on a slow model server, beside an idle local API.
 * Run `npm run build` first, then `node bench/local-api-runs.mjs`. Prints a Markdown table.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { startLocalApiThread } from '../dist/local/worker-thread.js';
import { createClient, percentile } from './local-api-client.mjs';

const RUNS = [100, 300, 600];
/** The model writes so many words, one at a time. */
const WORDS = 100;
const WORD_MS = 200;
const PROBE_EVERY_MS = 2;
const IDLE_MS = 10_000;

/** A chat completions server in a thread of its own. */
async function serveModel() {
  const chunk = (delta, finish_reason = null) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  const server = createServer(async (incoming, response) => {
    incoming.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let word = 0; word < WORDS && !response.destroyed; word++) {
      await sleep(WORD_MS * (0.5 + Math.random()));
      response.write(chunk({ content: `word${word} ` }));
    }
    response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  parentPort.postMessage(`http://127.0.0.1:${server.address().port}/v1`);
}

/** Reads in a thread of its own, so that the other requests of this program do not count. */
async function probe({ url, path }) {
  const { send } = createClient(url);
  let times = [];
  parentPort.on('message', () => {
    parentPort.postMessage(times);
    times = [];
  });
  for (;;) {
    const start = performance.now();
    await send('GET', path);
    times.push(performance.now() - start);
    await sleep(PROBE_EVERY_MS);
  }
}

const startWorker = (role, data) => new Worker(new URL(import.meta.url), { workerData: { role, ...data } });

async function measure() {
  const model = startWorker('model');
  const [modelUrl] = await once(model, 'message');
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-local-api-'));
  const modelServer = { url: modelUrl, contextTokens: 8_192, silenceMs: 60_000, names: { pairs: [] } };
  const api = await startLocalApiThread({ dataDir, port: 0, tokenMs: 20, modelServer });
  const { send, call } = createClient(api.url);
  const assistant = await call('POST', '/assistants', { model: 'm' });
  const prober = startWorker('prober', { url: api.url, path: `/assistants/${assistant.id}` });
  const collect = async () => {
    prober.postMessage('');
    return (await once(prober, 'message'))[0];
  };
  await sleep(2_000);
  await collect();
  await sleep(IDLE_MS);
  print('idle', '', await collect());

  const body = {
    assistant_id: assistant.id,
    stream: true,
    thread: { messages: [{ role: 'user', content: 'Hello' }] },
  };
  for (const count of RUNS) {
    const start = performance.now();
    const streams = await Promise.all(
      Array.from({ length: count }, () => send('POST', '/threads/runs', body)),
    );
    const seconds = (performance.now() - start) / 1_000;
    const completed = streams.filter(({ text }) => text.includes('event: thread.run.completed')).length;
    print(`${completed} runs`, `${seconds.toFixed(1)} s`, await collect());
  }
  await Promise.all([prober.terminate(), api.close()]);
  await model.terminate();
  rmSync(dataDir, { recursive: true, force: true });
}

function print(what, took, times) {
  const at = (share) => percentile(times, share).toFixed(2);
  console.log(`| ${what} | ${took} | ${times.length} | ${at(0.5)} | ${at(0.99)} | ${at(1)} |`);
}

if (!isMainThread) {
  await (workerData.role === 'model' ? serveModel() : probe(workerData));
} else {
  console.log(
    '| | until the last is done | reads | p50 ms | p99 ms | worst ms |\n| --- | --- | --- | --- | --- | --- |',
  );
  await measure();
}
