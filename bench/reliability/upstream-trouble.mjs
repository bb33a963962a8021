/**
 * Measures what an upstream in trouble costs: REST calls, log lines, memory, and how long `{ __typename }` waits meanwhile.
 * Run `npm run build` first, then `node bench/reliability/upstream-trouble.mjs [directory of another build] [scenario …]`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { startProbe } from './processes.mjs';

const PAGE = 100;
const json = { 'content-type': 'application/json' };

/** Responds as `mode` says, and counts requests. */
async function serveUpstream() {
  const { mode, text } = workerData;
  let calls = 0;
  const server = createServer((request, response) => {
    calls++;
    request.resume();
    if (mode === 'silent') return;
    if (mode === 'pages') respondWithPage(request, response, text);
    else response.writeHead(Number(mode), json).end('{"error":{"message":"Not now."}}');
  });
  parentPort.on('message', () => parentPort.postMessage(calls));
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
}

/** A page of a thread that has a hundred messages of the same text. */
function respondWithPage({ url }, response, text) {
  const { pathname, searchParams } = new URL(url, 'http://host');
  const limit = Number(searchParams.get('limit') ?? 20);
  const from = Number(searchParams.get('after')?.split('_')[1] ?? -1) + 1;
  const thread = pathname.split('/')[3];
  const items = Array.from(
    { length: Math.min(limit, PAGE - from) },
    (_, index) => `{"id":"msg_${from + index}","thread_id":"${thread}","created_at":1700000000,"role":"user",
      "content":[{"type":"text","text":{"value":"${text}","annotations":[]}}],"file_ids":[],"metadata":{}}`,
  );
  response.writeHead(200, json).end(`{"data":[${items.join()}],"has_more":${from + limit < PAGE}}`);
}

async function startWorker(data) {
  const worker = new Worker(new URL(import.meta.url), { workerData: data });
  const ask = async () => {
    worker.postMessage('');
    return (await once(worker, 'message'))[0];
  };
  return { worker, ask };
}

async function startServer(directory, upstreamUrl, env) {
  const log = join(tmpdir(), `upstream-trouble-${process.pid}.log`);
  rmSync(log, { force: true });
  const settings = {
    PORT: '0',
    UPSTREAM_URL: upstreamUrl,
    UPSTREAM_API_KEY: 'key',
    LOG_LEVEL: 'warn',
    ...env,
  };
  const child = spawn(process.execPath, [join(directory, 'main.js')], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', openSync(log, 'a')],
  });
  let out = '';
  while (!/is served on \S+\n/.test(out)) out += String((await once(child.stdout, 'data'))[0]);
  return {
    pid: child.pid,
    url: /is served on (\S+)/.exec(out)[1],
    logLines: () => readFileSync(log, 'utf8').split('\n').length - 1,
    peakMemory: () =>
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024,
    async stop() {
      child.kill();
      await once(child, 'exit');
      rmSync(log, { force: true });
    },
  };
}

async function send(url, query) {
  const start = performance.now();
  const response = await fetch(url, { method: 'POST', headers: json, body: JSON.stringify({ query }) });
  const { errors = [] } = await response.json();
  const codes = {};
  for (const { message, extensions } of errors) {
    if (/^GRAPHQL/.test(extensions.code)) throw new Error(message);
    codes[extensions.code] = (codes[extensions.code] ?? 0) + 1;
  }
  return { ms: performance.now() - start, codes };
}

const aliases = (count, field) =>
  Array.from({ length: count }, (_, index) => `a${index}: ${field(index)}`).join(' ');

/** A hundred global ids of threads. */
const threadIds = (start) =>
  Array.from({ length: 100 }, (_, index) => `"${globalId('Thread', `t${start}_${index}`)}"`);
const globalId = (type, id) => Buffer.from(`${type}:${id}`).toString('base64url');

function lists(names) {
  return {
    title: `one query of 200 lists, under ${names} names each, while upstream is down`,
    mode: 'closed',
    attack: (url) => [
      send(
        url,
        `{ ${aliases(2, (index) => `nodes(ids: [${threadIds(index)}]) {...F}`)} }
        fragment F on Thread { ${aliases(names, () => 'messages(first: 1) { nodes { id } }')} }`,
      ),
    ],
  };
}

function pages(title, characters, clients) {
  const query = (client) =>
    `{ ${aliases(60, (index) => `thread(id:"t${client}_${index}"){messages(first:100){nodes{role}}}`)} }`;
  return {
    title,
    mode: 'pages',
    text: 'x'.repeat(characters),
    attack: (url) => Array.from({ length: clients }, (_, client) => send(url, query(client))),
  };
}

const scenarios = {
  down: lists(130),
  down11: lists(11),
  next: {
    title: 'a query of one read, sent 20 times in turn, while upstream is down',
    mode: 'closed',
    attack: (url) => [inTurn(20, () => send(url, '{ thread(id: "t") { createdAt } }'))],
  },
  silent: {
    title: 'the same while upstream does not respond, UPSTREAM_TIMEOUT_MS=1000',
    mode: 'silent',
    env: { UPSTREAM_TIMEOUT_MS: '1000' },
    attack: (url) => [inTurn(20, () => send(url, '{ thread(id: "t") { createdAt } }'))],
  },
  limited: {
    title: 'one query of 400 reads while upstream says 429',
    mode: '429',
    attack: (url) => [send(url, `{ ${aliases(400, (index) => `thread(id:"t${index}"){createdAt}`)} }`)],
  },
  failing: {
    title: '50 queries that read the same failing object',
    mode: '500',
    attack: (url) => Array.from({ length: 50 }, () => send(url, '{ thread(id: "t") { createdAt } }')),
  },
  pages1: pages('60 pages of the longest messages, one client', 256_000, 1),
  pages2: pages('60 pages of the longest messages, two clients', 256_000, 2),
  short2: pages('60 pages of messages of 2,000 characters, two clients', 2_000, 2),
};

async function inTurn(count, work) {
  const results = [];
  for (let index = 0; index < count; index++) results.push(await work());
  const times = results.map(({ ms }) => ms).toSorted((a, b) => a - b);
  console.log(`  each: median ${times[count / 2].toFixed(0)} ms, max ${times.at(-1).toFixed(0)} ms`);
  return results[0];
}

async function main() {
  const [first = '', ...others] = process.argv.slice(2);
  const isScenario = first in scenarios || first === '';
  const directory = isScenario ? join(import.meta.dirname, '../../dist') : resolve(first);
  const chosen = [...(isScenario ? [first] : []), ...others].filter((name) => name !== '');
  for (const name of chosen.length > 0 ? chosen : Object.keys(scenarios))
    await measure(directory, scenarios[name]);
  process.exit();
}

async function measure(directory, { title, mode, text, env, attack }) {
  const upstream = mode === 'closed' ? undefined : await startWorker({ mode, text });
  const port = upstream === undefined ? 1 : (await once(upstream.worker, 'message'))[0];
  const server = await startServer(directory, `http://127.0.0.1:${port}/v1`, env);
  const probe = await startProbe(server);
  // The first requests compile the code.
  await sleep(2000);
  await probe.waits();
  const memory = server.peakMemory();
  const start = performance.now();
  console.log(title);
  const results = await Promise.all(attack(server.url));
  const ms = performance.now() - start;
  await sleep(50);
  const waits = await probe.waits();
  console.log(`  ${ms.toFixed(0)} ms, ${JSON.stringify(results[0].codes)}`);
  if (upstream !== undefined) console.log(`  ${await upstream.ask()} calls`);
  console.log(
    `  ${server.logLines()} log lines, peak memory ${server.peakMemory().toFixed(0)} MB (${memory.toFixed(0)} before)`,
  );
  const longest = (key) => Math.max(...waits.map((wait) => wait[key])).toFixed(0);
  console.log(
    `  tiny query: waits ${longest('ms')} ms at most; the server runs ${longest('ran')} ms at most meanwhile`,
  );
  await probe.close();
  await upstream?.worker.terminate();
  await server.stop();
}

if (isMainThread) await main();
else await serveUpstream();
