import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { LocalApiOptions } from '../../../src/local/local-api.ts';
import { createRestCaller, type RestCaller } from './rest-caller.ts';

const SCRIPT = fileURLToPath(new URL('server-process.mjs', import.meta.url));

export interface KillableApi extends RestCaller {
  readonly url: string;
  /** Sends SIGKILL: no handler runs and nothing is flushed. Resolves once the process has exited. */
  kill(): Promise<void>;
}

type ProcessOptions = Pick<LocalApiOptions, 'dataDir'> & Partial<Omit<LocalApiOptions, 'clock' | 'model'>>;

/** Starts the built local API in its own process. Rejects with the process's error if it cannot start. */
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
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (chunk) => resolve(String(chunk).trim()));
    child.once('close', (code) => reject(new Error(`exit code ${code}: ${stderr.trim()}`)));
  });
}
