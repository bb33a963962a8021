/**
 * The soak: clients that chat, a faulty upstream, and, for the second half of the time, all attacks at once. Prints a report,
 * and fails if a write was repeated or lost, a text differs, or the server ended.
 *
 *   npm run soak -- [minutes, 4 by default] [seed]
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMemoryGroup } from '../reliability/memory-group.mjs';

const ROOT = join(import.meta.dirname, '../..');
const CHATS = 20;
const CONTAINER_MIB = 512;
const [minutes = '4', seed = String(Date.now() % 1e9)] = process.argv.slice(2);
const HALF_MS = (Number(minutes) * 60_000) / 2;

const directory = mkdtempSync(join(tmpdir(), 'soak-'));
const processes = [];
const container = createMemoryGroup(CONTAINER_MIB);
process.on('exit', () => {
  for (const child of processes) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

/** Starts a script of this folder. @returns it, and what it said first */
async function start(script, ...args) {
  const child = fork(join(import.meta.dirname, script), args);
  processes.push(child);
  const [first] = await once(child, 'message');
  return { child, first };
}

async function ask({ child }, message = 'report') {
  child.send(message);
  const [answer] = await once(child, 'message');
  return answer;
}

/** Starts the program as `npm start` does after the build. @returns the URL that it prints */
async function startProgram(args, settings, { flags = [], group } = {}) {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const [, command] = scripts.start.split('&& exec node ');
  const env = { PATH: process.env.PATH, LOG_LEVEL: 'error', ...settings };
  const child = spawn(process.execPath, [...flags, ...command.split(' '), ...args], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  });
  group?.add(child.pid);
  processes.push(child);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  while (!/(served|listens) on \S+\n/.test(said)) await once(child.stdout, 'data');
  return { child, url: /(?:served|listens) on (\S+)\n/.exec(said)[1] };
}

function memoryMiB({ pid }, field) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)[1]) / 1024);
}

const local = await startProgram(['local'], {
  LOCAL_API_PORT: '0',
  DATA_DIR: directory,
  OFFLINE_TOKEN_MS: '5',
});
const attacked = await start('../reliability/upstream.mjs');
const faults = await start('faults.mjs', seed, local.url, attacked.first);
const server = await startProgram(
  [],
  { PORT: '0', UPSTREAM_URL: faults.first, UPSTREAM_API_KEY: 'soak' },
  { flags: ['--import', join(import.meta.dirname, 'event-loop.mjs')], group: container },
);
const probe = fork(join(ROOT, 'bench/reliability/probe.mjs'), [server.url, server.child.pid]);
processes.push(probe);
server.child.once('exit', (code, signal) => {
  console.log(`The server ended: ${code ?? signal}`);
  process.exit(1);
});

/** How long a tiny query waited since the last call, and how late the event loop of the server was, in milliseconds. */
async function waits() {
  const late = await ask(server);
  probe.send('report');
  const [all] = await once(probe, 'message');
  const sorted = all.map(({ ms }) => ms).toSorted((one, other) => one - other);
  const at = (share) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN);
  const ran = Math.round(Math.max(...all.map(({ ran }) => ran)));
  return {
    'query p50': at(0.5),
    'query p99': at(0.99),
    'query longest': at(1),
    'server ran at once': ran,
    'event loop p50': late.p50,
    'event loop p99': late.p99,
    'event loop longest': late.longest,
  };
}

console.log(`Seed ${seed}, ${minutes} minutes, Node ${process.version}`);
const chats = await start('chats.mjs', seed, server.url, String(CHATS));
const hostile = await start('hostile.mjs', seed, server.url);
await sleep(Math.min(10_000, HALF_MS / 2));
await waits();
const memory = { start: memoryMiB(server.child, 'VmRSS') };
await sleep(HALF_MS);
const calm = await waits();
memory['before the attacks'] = memoryMiB(server.child, 'VmRSS');
await ask(hostile, 'start');
await sleep(HALF_MS);
const attackedWaits = await waits();
memory['at the end of the attacks'] = memoryMiB(server.child, 'VmRSS');
const tried = await ask(hostile, 'stop');
const load = await ask(chats, 'stop');
await sleep(10_000);
memory.end = memoryMiB(server.child, 'VmRSS');
memory.most = memoryMiB(server.child, 'VmHWM');
if (container) memory[`most of ${CONTAINER_MIB} in the container`] = container.most();
const upstream = await ask(faults);

const outcomes = { done: 0, unknown: 0, failed: 0 };
const wrong = [];
for (const [id, outcome] of Object.entries(load.writes)) {
  outcomes[outcome]++;
  const seen = upstream.writes[id] ?? 0;
  const isRight = outcome === 'unknown' ? seen <= 1 : seen === (outcome === 'done' ? 1 : 0);
  if (!isRight) wrong.push(`${id}: ${outcome}, seen ${seen} times`);
}
const { writes: _, ...rest } = load;
console.log(
  JSON.stringify({ load: rest, faults: upstream.counts, 'REST calls': upstream.requests }, null, 2),
);
console.log(JSON.stringify({ 'bad inputs tried': tried }, null, 2));
console.log(
  JSON.stringify({ writes: outcomes, 'writes seen': Object.keys(upstream.writes).length, wrong }, null, 2),
);
console.table({ 'without attacks': calm, 'with all attacks at once': attackedWaits });
console.table({ 'memory in MiB': memory });
server.child.removeAllListeners('exit').kill('SIGKILL');
await once(server.child, 'exit');
container?.remove();
process.exit(wrong.length === 0 && load.texts.different === 0 ? 0 : 1);
