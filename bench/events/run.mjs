/**
 * Subscriptions under load, beside a bare graphql-ws server: latency, throughput, and what an idle subscription takes. The
 * server is pinned to one core, the stub and the subscribers to the other. Run `npm run build` in the project first.
 *
 *   node bench/events/run.mjs latency|throughput|idle
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SERVERS = ['ours', 'bare'];
const QUERIES = {
  ours: 'subscription ($id: ID!) { runEvents(id: $id) { ... on MessageDelta { text } ... on RunStatusChanged { status } } }',
  bare: 'subscription ($id: ID!) { runEvents(id: $id) { text } }',
};
const IDLE = { ours: 'subscription ($id: ID!) { runStatus(id: $id) { status } }', bare: QUERIES.bare };

const [what = 'latency'] = process.argv.slice(2);
const scenarios = { latency, throughput, idle };
const rows = [];
for (const name of SERVERS) await scenarios[what](name);
console.table(rows);
process.exit(0);

/** Starts a script of this folder on one core, and waits until it is ready. */
async function start(script, core, ...args) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = fork(path, args, {
    execPath: 'taskset',
    execArgv: ['-c', String(core), process.execPath, '--expose-gc'],
  });
  return { child, ...(await once(child)) };
}

function once(child) {
  return new Promise((resolve) => child.once('message', resolve));
}

function ask({ child }, message = {}) {
  const answer = once(child);
  child.send(message);
  return answer;
}

async function startAll(name) {
  const upstream = await start('upstream.mjs', 1);
  const server = await start(`${name}.mjs`, 0, upstream.url);
  const clients = await start('subscribers.mjs', 1);
  return { upstream, server, clients };
}

function stop(processes) {
  for (const { child } of Object.values(processes)) child.kill();
}

/** @returns the ids by which the server and upstream know the run */
async function createRun(name, server, options) {
  const instructions = JSON.stringify(options);
  if (name === 'bare') {
    const response = await fetch(server.url.replace('/graphql', ''), { method: 'POST', body: instructions });
    const id = await response.text();
    return { id, upstreamId: id };
  }
  const query = 'mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id restId } } }';
  const variables = { input: { threadId: 'thread_1', assistantId: 'asst_1', instructions } };
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { run } = (await response.json()).data.createRun;
  return { id: run.id, upstreamId: run.restId };
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Runs a run with `count` subscribers, twice: the first time warms up. */
async function follow(name, all, count, options) {
  const { server, clients, upstream } = all;
  let result;
  for (let round = 0; round < 2; round++) {
    const run = await createRun(name, server, options);
    const variables = { id: run.id };
    await ask(clients, { count, url: server.url, query: QUERIES[name], variables });
    await sleep(1000);
    const before = await ask(server);
    await ask(upstream, { go: run.upstreamId });
    const startedAt = performance.now();
    result = { messages: 0, pieces: 0, p50: undefined, p99: undefined, ms: 0 };
    // Until nothing has come for a second.
    for (let silent = 0; silent < 4; ) {
      await sleep(250);
      const { messages, pieces } = await ask(clients, { peek: true });
      if (pieces > result.pieces)
        Object.assign(result, { messages, pieces, ms: performance.now() - startedAt });
      else if (pieces > 0) silent++;
    }
    const { p50, p99 } = await ask(clients);
    const after = await ask(server);
    await ask(clients, { close: true });
    Object.assign(result, { p50, p99, cpuMs: after.cpuMs - before.cpuMs });
  }
  return result;
}

/** Fifty pieces, ten a second. */
async function latency(name) {
  for (const subscribers of [1, 100, 1000]) {
    const all = await startAll(name);
    const { p50, p99, messages, cpuMs } = await follow(name, all, subscribers, { count: 50, pauseMs: 100 });
    rows.push({
      name,
      subscribers,
      'p50 ms': p50,
      'p99 ms': p99,
      'µs CPU a message': (cpuMs * 1000) / messages,
    });
    stop(all);
  }
}

/** More pieces than can be delivered one by one: 500 a second to 1,000 subscribers. */
async function throughput(name) {
  const all = await startAll(name);
  const { messages, pieces, ms, cpuMs } = await follow(name, all, 1000, { count: 300, pauseMs: 2 });
  rows.push({
    name,
    messages,
    pieces,
    'pieces a second': Math.round((pieces * 1000) / ms),
    'messages a second of CPU': Math.round((messages * 1000) / cpuMs),
  });
  stop(all);
}

/** Sockets with one subscription each, to a run in which nothing happens. */
async function idle(name) {
  const all = await startAll(name);
  const run = await createRun(name, all.server, { count: 0, pauseMs: 0 });
  const query = IDLE[name];
  const subscribe = (count) =>
    ask(all.clients, { count, url: all.server.url, query, variables: { id: run.id } });
  await subscribe(100);
  const before = await ask(all.server);
  for (const total of [1000, 5000, 10_000]) {
    const { open } = await subscribe(total + 100 - (rows.opened ?? 100));
    rows.opened = open;
    const after = await ask(all.server);
    rows.push({
      name,
      sockets: open,
      'heap KB each': (after.heapUsed - before.heapUsed) / 1024 / (open - 100),
      'RSS KB each': (after.rss - before.rss) / 1024 / (open - 100),
    });
  }
  rows.opened = undefined;
  stop(all);
}
