/**
 * Subscriptions under load, beside rivals. Run `npm run build` in the project first. On a busy machine, `chrt -r 10` before the
 * command lets it go first.
 *
 *   node bench/events/run.mjs latency|throughput|idle|sockets
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, startRival } from './rivals.mjs';

const scenarios = {
  latency: { run: latency, rivals: ['ours', 'bare', 'naive', 'pollers'] },
  throughput: { run: throughput, rivals: ['ours', 'bare'] },
  idle: { run: idle, rivals: ['ours', 'bare'] },
  sockets: { run: sockets, rivals: ['ours', 'bare'] },
};
const [what = 'latency'] = process.argv.slice(2);
const rows = [];
for (const name of scenarios[what].rivals) await scenarios[what].run(name);
console.table(rows);
process.exit(0);

/** Follows a run with `count` clients until nothing more arrives. */
async function follow(rival, count, plan, every) {
  const callsBefore = (await ask(rival.upstream)).calls;
  const run = await rival.createRun(plan);
  await rival.open(count, [run], { every });
  await sleep(1500);
  const cpuBefore = await rival.cpuMs();
  const startedAt = performance.now();
  await ask(rival.upstream, { go: [run.upstreamId] });
  let arrivals = 0;
  let ms = 0;
  for (let silent = 0; silent < 6; await sleep(250)) {
    const now = await rival.arrivals();
    silent = now > arrivals || now === 0 ? 0 : silent + 1;
    if (now > arrivals) ms = performance.now() - startedAt;
    arrivals = now;
  }
  const report = await rival.report();
  const cpuMs = (await rival.cpuMs()) - cpuBefore;
  await rival.closeClients();
  return { ...report, ms, cpuMs, calls: (await ask(rival.upstream)).calls - callsBefore };
}

/** Ten pieces a second, for 5 seconds to warm up and for 20 seconds. */
async function latency(name) {
  for (const subscribers of [1, 100, 1000]) {
    const rival = await startRival(name);
    const every = subscribers > 100 ? 10 : 1;
    await follow(rival, subscribers, { count: 50, pauseMs: 100 }, every);
    const result = await follow(rival, subscribers, { count: 200, pauseMs: 100 }, every);
    rows.push({
      name,
      subscribers,
      'p50 ms': round(result.p50),
      'p99 ms': round(result.p99),
      'CPU %': round((result.cpuMs / result.ms) * 100),
      'µs CPU a message': round((result.cpuMs * 1000) / (result.messages * every)),
      'REST calls': result.calls,
      seconds: round(result.ms / 1000),
    });
    rival.stop();
  }
}

/** More pieces than can be delivered one by one: 500 a second to 1,000 subscribers. */
async function throughput(name) {
  const rival = await startRival(name);
  await follow(rival, 1000, { count: 300, pauseMs: 2 }, 1);
  const { messages, pieces, ms, cpuMs } = await follow(rival, 1000, { count: 300, pauseMs: 2 }, 1);
  rows.push({
    name,
    messages,
    pieces,
    'pieces a second': Math.round((pieces * 1000) / ms),
    'messages a second of CPU': Math.round((messages * 1000) / cpuMs),
  });
  rival.stop();
}

/** Sockets with one subscription each, to a run in which nothing happens. */
async function idle(name) {
  const rival = await startRival(name);
  const run = await rival.createRun({});
  const { idleQuery: query } = rival;
  let open = 100;
  await rival.open(open, [run], { query });
  const before = await ask(rival.server, { gc: true });
  for (const total of [1000, 5000, 10_000]) {
    await rival.open(total + 100 - open, [run], { query });
    open = total + 100;
    const after = await ask(rival.server, { gc: true });
    rows.push({
      name,
      sockets: open,
      'heap KB each': round((after.heapUsed - before.heapUsed) / 1024 / total),
      'RSS KB each': round((after.rss - before.rss) / 1024 / total),
    });
  }
  rival.stop();
}

/** Sockets with one subscription each, ten to each run, and in each run a piece a second. */
async function sockets(name) {
  const rival = await startRival(name);
  let open = 0;
  for (const total of [1000, 5000, 10_000, 12_000, 14_000]) {
    const runs = [];
    while (runs.length < (total - open) / 10)
      runs.push(
        ...(await Promise.all(
          Array.from({ length: 20 }, () => rival.createRun({ count: 100_000, pauseMs: 1000 })),
        )),
      );
    await rival.open(total - open, runs, { every: 10 });
    open = total;
    await ask(rival.upstream, { go: runs.map(({ upstreamId }) => upstreamId), spreadMs: 1000 });
    await sleep(5000);
    const windows = [];
    while (windows.length < 3) windows.push(await measureWindow(rival));
    const { p50, p99, cpuMs } = windows.sort((a, b) => a.p99 - b.p99)[1];
    const { rss } = await ask(rival.server);
    rows.push({
      name,
      sockets: open,
      'p50 ms': round(p50),
      'p99 ms': round(p99),
      'CPU %': round(cpuMs / 100),
      'RSS MB': round(rss / 1024 / 1024),
    });
    if (p99 > 100) break;
  }
  rival.stop();
}

/** Ten seconds. A pause of the machine spoils one of them, so that the median of three is reported. */
async function measureWindow(rival) {
  const cpuBefore = await rival.cpuMs();
  await sleep(10_000);
  const report = await rival.report();
  return { ...report, cpuMs: (await rival.cpuMs()) - cpuBefore };
}

function round(value) {
  return Math.round(value * 10) / 10;
}
