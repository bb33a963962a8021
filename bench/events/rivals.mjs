/** This server and its rivals, in processes of their own: the server on one core, the REST API and the clients on the other. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SUBSCRIPTION = 'subscription ($id: ID!) { runEvents(id: $id) { text } }';
const RIVALS = {
  ours: {
    server: 'ours.mjs',
    query:
      'subscription ($id: ID!) { runEvents(id: $id) { ... on MessageDelta { text } ... on RunStatusChanged { status } } }',
    idleQuery: 'subscription ($id: ID!) { runStatus(id: $id) { status } }',
  },
  bare: { server: 'bare.mjs', query: SUBSCRIPTION, idleQuery: SUBSCRIPTION },
  naive: { server: 'naive.mjs', query: SUBSCRIPTION },
  /** Without a server: the clients poll, on its core. */
  pollers: {},
};

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

export function ask({ child }, message = {}) {
  const answer = once(child);
  child.send(message);
  return answer;
}

export async function startRival(name) {
  const rival = RIVALS[name];
  const upstream = await start('upstream.mjs', 1);
  const server = rival.server && (await start(rival.server, 0, upstream.url));
  const clients = server ? await start('subscribers.mjs', 1) : await start('pollers.mjs', 0);
  const url = server?.url ?? upstream.url;
  let threads = 0;
  return {
    upstream,
    server,
    /** @returns the ID by which clients know the run, and that of upstream */
    createRun: (plan) => createRun(name, { server, upstream }, `thread_${++threads}`, plan),
    /** Opens clients. @param every one of so many is measured */
    open: (count, runs, { query = rival.query, every = 1 } = {}) =>
      ask(clients, { count, url, query, every, variables: runs.map(({ id }) => ({ id })) }),
    closeClients: () => ask(clients, { close: true }),
    /** Messages that have arrived since the last report. */
    arrivals: async () => (await ask(clients, { peek: true })).arrivals,
    report: () => ask(clients),
    /** CPU time of the server, or of the clients where there is none. It begins a new report. */
    async cpuMs() {
      const report = await ask(clients);
      return (server === undefined ? report : await ask(server)).cpuMs;
    },
    idleQuery: rival.idleQuery,
    stop() {
      for (const process of [upstream, server, clients]) process?.child.kill();
    },
  };
}

async function createRun(name, { server, upstream }, thread, plan) {
  const instructions = JSON.stringify(plan);
  const path = `/threads/${thread}/runs`;
  if (name === 'ours') {
    const query = 'mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id restId } } }';
    const variables = { input: { threadId: thread, assistantId: 'asst_1', instructions } };
    const response = await post(server.url, { query, variables });
    const { run } = (await response.json()).data.createRun;
    return { id: run.id, upstreamId: run.restId };
  }
  if (name === 'bare') {
    const response = await post(server.url.replace('/graphql', path), { stream: true, instructions });
    const id = await response.text();
    return { id, upstreamId: id };
  }
  const { id } = await (await post(upstream.url + path, { instructions })).json();
  return { id: `${path}/${id}`, upstreamId: id };
}

function post(url, body) {
  const headers = { 'content-type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}
