/**
 * Queries beside the rivals, in one run: calls, CPU and latency of each workload. A server runs on one core; the stub upstream
 * and the clients on the other. All responses are compared with those made from REST before anything is timed. Run
 * `npm run build` in the project and `npm ci` in bench/ first.
 *
 *   node bench/queries/run.mjs [workloads|growth|clients] [rounds] [servers, such as mercurius,ours]
 */
import { deepStrictEqual } from 'node:assert';
import { ask, memoryMiB, start } from './processes.mjs';
import { header, print, round } from './table.mjs';
import { assistants, bodyOf, WORKLOADS } from './workloads.mjs';

const SERVERS = ['rest', 'mercurius', 'yoga', 'mesh', 'ours'];
const WARM_UP_SECONDS = 10;
const [what = 'workloads', rounds = '3', only] = process.argv.slice(2);

const upstream = await start('upstream.mjs', 1);
const load = await start('load.mjs', 1);
const servers = (only?.split(',') ?? SERVERS).map((name) => ({ name }));
for (const server of servers)
  Object.assign(server, await start(`servers/${server.name}.mjs`, 0, upstream.url));
await warmUp();
await { workloads, growth, clients }[what]();
process.exit(0);

/** V8 optimizes what runs once a request after some 10,000 requests. Until then, this server takes three times as long. */
async function warmUp() {
  for (const server of servers) {
    const body = bodyOf(WORKLOADS[0], server.name);
    await ask(load, { url: server.url, body, clients: 16, seconds: WARM_UP_SECONDS });
  }
}

/** A flat graph does not serve all workloads in one request. */
function serversOf(workload) {
  return servers.filter(({ name }) => name !== 'mesh' || workload.flat !== undefined);
}

/** @throws if the server responds with other data than REST has */
async function verify(workload, server) {
  const get = async (path) => (await fetch(upstream.url + path)).json();
  const expected = await workload.rest(get);
  const before = (await ask(upstream)).calls;
  const { response } = await ask(load, { url: server.url, body: bodyOf(workload, server.name), requests: 1 });
  const { data, errors } = JSON.parse(response);
  const actual = server.name === 'mesh' && errors === undefined ? workload.flat.read(data) : data;
  deepStrictEqual(
    { data: actual, errors },
    { data: expected, errors: undefined },
    `${server.name}: ${workload.name}`,
  );
  return (await ask(upstream)).calls - before;
}

/** CPU of the server for each request, in ms, and the latencies that the clients saw. */
async function measure(workload, server, options) {
  const request = { url: server.url, body: bodyOf(workload, server.name) };
  const before = await ask(server);
  const { count, ms, p50, p99 } = await ask(load, { ...request, ...options });
  const after = await ask(server);
  return { cpuMs: (after.cpuMs - before.cpuMs) / count, perSecond: (count * 1000) / ms, p50, p99 };
}

/** The median round by CPU: servers alternate, so that a busy moment of the machine meets all. */
async function measureAll(workload, servers, options) {
  const results = new Map(servers.map(({ name }) => [name, []]));
  for (let round = 0; round <= Number(rounds); round++) {
    for (const server of servers) {
      const result = await measure(workload, server, round === 0 ? { clients: 16, seconds: 2 } : options);
      if (round > 0) results.get(server.name).push(result);
    }
  }
  return new Map(
    [...results].map(([name, all]) => {
      all.sort((one, other) => one.cpuMs - other.cpuMs);
      const median = all[Math.floor(all.length / 2)];
      return [name, { ...median, spread: (all.at(-1).cpuMs - all[0].cpuMs) / median.cpuMs }];
    }),
  );
}

async function workloads() {
  header([
    'workload',
    'server',
    'calls',
    'CPU ms',
    'to mercurius',
    'spread',
    'p50 alone',
    'p99 alone',
    'a second at 16',
    'p50 at 40 ms',
  ]);
  for (const workload of WORKLOADS) {
    const servers = serversOf(workload);
    const calls = new Map();
    for (const server of servers) calls.set(server.name, await verify(workload, server));
    const atSixteen = await measureAll(workload, servers, {
      clients: 16,
      seconds: 2,
    });
    for (const server of servers) {
      const { cpuMs, perSecond, spread } = atSixteen.get(server.name);
      const alone = await measure(workload, server, { clients: 1, seconds: 1 });
      await ask(upstream, { latencyMs: 40 });
      const far = await measure(workload, server, { clients: 1, requests: 20 });
      await ask(upstream, { latencyMs: 0 });
      const reference = atSixteen.get('mercurius') ?? atSixteen.get('ours');
      print([
        workload.name,
        server.name,
        calls.get(server.name),
        round(cpuMs),
        round(cpuMs / reference.cpuMs),
        `${Math.round(spread * 100)} %`,
        round(alone.p50),
        round(alone.p99),
        Math.round(perSecond),
        Math.round(far.p50),
      ]);
    }
  }
  console.log();
  header(['server', 'peak RSS in MiB', 'RSS in MiB']);
  for (const server of servers)
    print([server.name, memoryMiB(server.child, 'VmHWM'), memoryMiB(server.child, 'VmRSS')]);
}

/** How cost grows with the objects of a response. */
async function growth() {
  header(['assistants', 'server', 'calls', 'CPU ms', 'to mercurius']);
  for (const count of [1, 10, 100, 1000]) {
    const workload = assistants(count);
    const calls = new Map();
    for (const server of servers) calls.set(server.name, await verify(workload, server));
    const results = await measureAll(workload, servers, { clients: 4, seconds: 2 });
    for (const { name } of servers) {
      const { cpuMs } = results.get(name);
      print([count, name, calls.get(name), round(cpuMs), round(cpuMs / results.get('mercurius').cpuMs)]);
    }
  }
}

/** How cost and latency grow with the clients. */
async function clients() {
  const workload = WORKLOADS[2];
  const servers = serversOf(workload);
  header(['clients', 'server', 'CPU ms', 'a second', 'p50', 'p99']);
  for (const count of [1, 4, 16, 64, 256]) {
    const results = await measureAll(workload, servers, { clients: count, seconds: 2 });
    for (const { name } of servers) {
      const { cpuMs, perSecond, p50, p99 } = results.get(name);
      print([count, name, round(cpuMs), Math.round(perSecond), round(p50), round(p99)]);
    }
  }
}
