/** The program as a person starts it: through npm, with an environment of its own, and gone when the test is over. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export const ROOT = join(import.meta.dirname, '../..');

/** Settings by which two programs never meet: free ports and, as a mark of all its processes, a directory. */
export interface Settings {
  readonly DATA_DIR: string;
  readonly [name: string]: string;
}

export interface Program {
  /** What it has written so far. */
  readonly written: { out: string; err: string };
  /** The part of its standard output that the pattern's first group matches, once it is there. */
  says(pattern: RegExp): Promise<string>;
  signal(signal: NodeJS.Signals): void;
  /** The exit code, or the signal that it died of, once all that it wrote has been read. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** For a test to start programs with; its directory goes when the test does. */
export async function freshSettings(): Promise<Settings> {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'assistants-graphql-'));
  onTestFinished(() => rm(DATA_DIR, { recursive: true, force: true }));
  return { DATA_DIR, PORT: '0', LOCAL_API_PORT: '0', OFFLINE_TOKEN_MS: '0' };
}

/**
 * Starts a program without the environment of this process, except PATH and HOME.
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
        if (hasEnded) throw new Error(`It ended without a word of ${pattern}: ${written.err}`);
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
    // It has gone by itself meanwhile.
  }
}

/** Every process that runs with these settings, whoever its parent is now. */
export function processesOf({ DATA_DIR }: Settings): { readonly pid: number; readonly command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && readProc(name, 'environ').includes(`DATA_DIR=${DATA_DIR}\0`))
    .map((name) => ({ pid: Number(name), command: readProc(name, 'cmdline').replaceAll('\0', ' ') }))
    .filter(({ command }) => command !== '');
}

/** Empty for a process that has gone meanwhile. */
function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
