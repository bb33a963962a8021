/** The processes of a measurement: the server, the upstream behind it, and the client that measures. */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

export async function startUpstream() {
  const child = fork(resolve(import.meta.dirname, 'upstream.mjs'));
  const [url] = await once(child, 'message');
  return { url, close: () => stop(child) };
}

/**
 * @param settings environment variables of the server
 * @param prefix of the command that starts it
 *
 * The variable CGROUP names the directory of a memory control group, which the server joins.
 */
export async function startServer(settings, prefix = '') {
  const env = { PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'error', UPSTREAM_API_KEY: 'key', ...settings };
  const { CGROUP } = process.env;
  const join = CGROUP ? `echo $$ > ${CGROUP}/cgroup.procs && ` : '';
  const child = spawn('sh', ['-c', `${join}exec ${prefix}${process.execPath} dist/main.js`], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  let url;
  while (!url) {
    await once(child.stdout, 'data');
    url = /GraphQL is served on (\S+)/.exec(said)?.[1];
  }
  return {
    url,
    pid: child.pid,
    get isRunning() {
      return child.exitCode === null && child.signalCode === null;
    },
    memory: () => memoryOf(child.pid),
    close: () => stop(child),
  };
}

/** In MiB: at the moment, and at most so far. */
function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
  return { now: read('VmRSS'), most: read('VmHWM') };
}

export async function startProbe({ url, pid }) {
  const child = fork(resolve(import.meta.dirname, 'probe.mjs'), [url, pid]);
  return {
    /** The waits since the last call, in milliseconds: each how long it took, and how long the server ran meanwhile. */
    async waits() {
      child.send('report');
      const [waits] = await once(child, 'message');
      return waits;
    },
    close: () => stop(child),
  };
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
