import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { LocalApiOptions } from '../../../src/local/local-api.ts';
import { createRestCaller, type RestCaller } from './rest-caller.ts';

const SCRIPT = fileURLToPath(new URL('server-process.mjs', import.meta.url));

export interface KillableApi extends RestCaller {
  readonly url: string;
  /** SIGKILL: no handler runs, nothing is flushed. Resolves once the process is gone. */
  kill(): Promise<void>;
}

type ProcessOptions = Pick<LocalApiOptions, 'dataDir'> & Partial<Omit<LocalApiOptions, 'clock' | 'model'>>;

/** A local API in a process of its own, as it was built. Rejects with what the process says when it cannot start. */
export async function startProcess(options: ProcessOptions): Promise<KillableApi> {
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  const url = await firstLine(child);
  return { ...createRestCaller(url), url, kill };
}

function firstLine(child: ChildProcess): Promise<string> {
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (chunk) => resolve(String(chunk).trim()));
    child.once('close', (code) => reject(new Error(`exit code ${code}: ${said.trim()}`)));
  });
}
