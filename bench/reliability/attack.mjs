/**
 * Measures how long a tiny query waits while one hostile client attacks, each attack three times against a server of its
 * own. Run `npm run build` first, then `node bench/reliability/attack.mjs [part of the name of an attack]`.
 */
import { attacks } from './attacks.mjs';
import { startProbe, startServer, startUpstream } from './processes.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const LONGEST_MS = 60_000;

const upstream = await startUpstream();
const wanted = process.argv[2] ?? '';

async function measure(attack) {
  const server = await startServer({ UPSTREAM_URL: upstream.url });
  const probe = await startProbe(server);
  // The first requests compile the code.
  for (let sent = 0; sent < 100; sent += (await probe.waits()).length) await pause(50);
  const started = performance.now();
  const response = await Promise.race([attack(server.url), pause(LONGEST_MS)]);
  const took = performance.now() - started;
  await pause(200);
  const waits = server.isRunning ? await Promise.race([probe.waits(), pause(5_000)]) : undefined;
  const result = {
    longest: waits ? Math.max(0, ...waits.map(({ ms }) => ms)) : Number.POSITIVE_INFINITY,
    ran: waits ? Math.max(0, ...waits.map(({ ran }) => ran)) : Number.POSITIVE_INFINITY,
    took,
    memory: server.isRunning ? server.memory().most : 0,
    response,
  };
  await probe.close();
  await server.close();
  return result;
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

for (const [name, attack] of Object.entries(attacks)) {
  if (!name.includes(wanted)) continue;
  const results = [];
  for (let round = 0; round < ROUNDS; round++) results.push(await measure(attack));
  const of = (key) => Math.round(median(results.map((result) => result[key])));
  const { status, length, start } = results[0].response ?? { start: 'no response within 60 s' };
  console.log(
    `${name}: longest wait ${of('longest')} ms, of which the server ran ${of('ran')} ms; ` +
      `answered after ${of('took')} ms, memory at most ${of('memory')} MiB`,
  );
  console.log(`    ${status} ${length} ${String(start).slice(0, 160)}`);
}
await upstream.close();
