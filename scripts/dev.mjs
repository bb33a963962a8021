/**
 * `npm run dev`: builds the server, starts it, and restarts it when a file in src/ changes. If a build fails, the server
 * that runs keeps running. Arguments are passed to the server: `npm run dev -- local` starts the local API alone.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, watch } from 'node:fs';
import { join } from 'node:path';

const SOURCES = 'src';
const COMPILER = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'];
const SERVER = ['--enable-source-maps', 'dist/main.js', ...process.argv.slice(2)];
/** One save is several events, and a checkout is hundreds. */
const QUIET_MS = 100;
/** A restart should not wait for open requests as long as a deploy does. */
const env = { SHUTDOWN_MS: '2000', ...process.env };

/** The running server, if there is one. */
let server;
let isStopping = false;
/** The path of a changed file, until a build begins that includes it. */
let changed;
let onChangeOrStop = () => {};

const say = (line) => process.stdout.write(`[dev] ${line}\n`);
const start = (args) => spawn(process.execPath, args, { stdio: 'inherit', env });

async function build() {
  const [code] = await once(start(COMPILER), 'exit');
  return code === 0;
}

function startServer() {
  const started = start(SERVER);
  server = started;
  started.once('exit', (code, signal) => {
    if (server !== started) return;
    server = undefined;
    if (isStopping) return;
    say(`The server ended (${signal ?? `exit code ${code}`}). It starts again after the next change.`);
  });
}

/** Waits for the end: the next server needs the same port and the same data directory. */
async function stopServer() {
  const stopped = server;
  server = undefined;
  if (stopped === undefined) return;
  stopped.kill('SIGTERM');
  await once(stopped, 'exit');
}

/** Watchers by the path of their directory. */
const watchers = new Map();
let quiet;

/** Watches each directory by itself: on Node 20, `recursive` loses a file that an editor replaces. */
function watchSources() {
  const entries = readdirSync(SOURCES, { recursive: true, withFileTypes: true });
  const inside = entries.filter((entry) => entry.isDirectory());
  const present = new Set([SOURCES, ...inside.map(({ parentPath, name }) => join(parentPath, name))]);
  for (const [path, watcher] of watchers) {
    if (present.has(path)) continue;
    watcher.close();
    watchers.delete(path);
  }
  for (const path of present) {
    if (watchers.has(path)) continue;
    const onEvent = (_, name) => noteChange(join(path, name ?? ''));
    watchers.set(path, watch(path, onEvent).on('error', onEvent));
  }
}

function noteChange(path) {
  clearTimeout(quiet);
  quiet = setTimeout(() => {
    changed = path;
    onChangeOrStop();
  }, QUIET_MS);
}

function stop() {
  isStopping = true;
  onChangeOrStop();
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);

say(`Builds ${SOURCES}/, starts the server, and restarts it after each change. Press Ctrl-C to stop.`);
while (!isStopping) {
  // Before the build, so that a change during the build is noticed.
  watchSources();
  changed = undefined;
  const isBuilt = await build();
  if (isStopping) break;
  if (isBuilt) {
    say(server === undefined ? 'Starting the server' : 'Restarting the server');
    await stopServer();
    if (!isStopping) startServer();
  } else {
    const kept =
      server === undefined ? 'There is no server yet.' : 'The server from the last build keeps running.';
    say(`The build failed. ${kept}`);
  }
  if (changed === undefined && !isStopping) await new Promise((resolve) => (onChangeOrStop = resolve));
  if (!isStopping) say(`${changed} changed: building`);
}
await stopServer();
process.exit();
