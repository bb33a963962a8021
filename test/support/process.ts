/** Starts the program as a user would, for example with npm, and kills it after the test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export const ROOT = join(import.meta.dirname, '../..');

/** Settings with free ports and a data directory of their own, which identifies all processes of a program. */
export interface Settings {
  readonly DATA_DIR: string;
  readonly [name: string]: string;
}

export interface Program {
  /** Its output so far. */
  readonly written: { out: string; err: string };
  /** Waits until standard output matches the pattern. @returns the first group, or else the whole match */
  says(pattern: RegExp): Promise<string>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves to the exit code or the signal that killed it, once all its output has been read. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** New settings. Their directory is removed after the test. */
export async function freshSettings(): Promise<Settings> {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'assistants-graphql-'));
  onTestFinished(() => rm(DATA_DIR, { recursive: true, force: true }));
  return { DATA_DIR, PORT: '0', LOCAL_API_PORT: '0', OFFLINE_TOKEN_MS: '0' };
}

/**
 * Starts a program. From the environment of this process, it gets only PATH and HOME.
 *
 * @param command such as `npm start`
 * @param directory to run it in, by default this project
 */
export function startProgram(command: string, settings: Settings, directory = ROOT): Program {
  const [file = '', ...args] = command.split(' ');
  const { PATH, HOME } = process.env;
  const child = spawn(file, args, { cwd: directory, env: { PATH, HOME, ...settings } });
  const written = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    written.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    written.err += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  onTestFinished(async () => {
    for (const { pid } of processesOf(settings)) kill(pid);
    await ended;
  });
  return {
    written,
    ended,
    async says(pattern) {
      const end = ended.then(() => true);
      for (let hasEnded = false; ; ) {
        const match = pattern.exec(written.out);
        if (match !== null) return match[1] ?? match[0];
        if (hasEnded)
          throw new Error(`The program exited before its output matched ${pattern}: ${written.err}`);
        hasEnded = await Promise.race([once(child.stdout, 'data').then(() => false), end]);
      }
    },
    signal: (signal) => child.kill(signal),
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process has already exited.
  }
}

/** All processes that run with these settings, including orphans. */
export function processesOf({ DATA_DIR }: Settings): { readonly pid: number; readonly command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && readProc(name, 'environ').includes(`DATA_DIR=${DATA_DIR}\0`))
    .map((name) => ({ pid: Number(name), command: readProc(name, 'cmdline').replaceAll('\0', ' ') }))
    .filter(({ command }) => command !== '');
}

/** Empty if the process has exited. */
function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
