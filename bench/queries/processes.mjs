/** The processes of a measurement, each on one core. */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Starts a script of this folder, and waits until it is ready. */
export async function start(script, core, ...args) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = fork(path, args, { execPath: 'taskset', execArgv: ['-c', String(core), process.execPath] });
  child.once('exit', (code) => {
    if (!child.killed) throw new Error(`${script} exited with code ${code}`);
  });
  return { child, ...(await message(child)) };
}

export function ask({ child }, question = {}) {
  const answer = message(child);
  child.send(question);
  return answer;
}

function message(child) {
  return new Promise((resolve) => child.once('message', resolve));
}

/** @param field of /proc/PID/status, such as VmRSS or VmHWM, the highest VmRSS so far */
export function memoryMiB({ pid }, field) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)[1]) / 1024);
}
