import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { type Clock, createSystemClock } from '../../../src/local/clock.ts';
import { createLocalApi, type LocalApi, type LocalApiOptions } from '../../../src/local/local-api.ts';
import type { LogEntry } from '../../../src/local/log.ts';
import { BUILT_MODULES } from '../../support/built-modules.ts';
import { createRestCaller, type RestCaller } from './rest-caller.ts';

export interface RunningApi extends LocalApi, RestCaller {
  readonly dataDir: string;
  /** What the API logged. A test fails unless it removes the errors. */
  readonly logged: LogEntry[];
}

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A data directory that is removed after the test. */
export function newDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'local-api-'));
  cleanUps.push(() => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

/** A local API in this process, without pauses, closed after the test. */
export async function startApi(options: Partial<LocalApiOptions> = {}): Promise<RunningApi> {
  const dataDir = options.dataDir ?? newDataDir();
  const logged: LogEntry[] = [];
  const api = await createLocalApi({
    port: 0,
    tokenMs: 0,
    builtModules: BUILT_MODULES,
    log: (entry) => logged.push(entry),
    ...options,
    dataDir,
  });
  let open = true;
  const close = async () => {
    if (!open) return;
    open = false;
    await api.close();
  };
  cleanUps.push(async () => {
    await close();
    const errors = logged.filter(({ level }) => level === 'error');
    if (errors.length > 0) throw new Error(`The local API had unexpected errors: ${JSON.stringify(errors)}`);
  });
  return { ...createRestCaller(api.url), url: api.url, dataDir, logged, close };
}

export interface MovableClock extends Clock {
  /** Lets this much time pass at once. */
  advance(ms: number): void;
  /** Sets the clock forward, or back for a negative `ms`. No time passes: every sleep takes as long as before. */
  adjust(ms: number): void;
}

/** Sleeps up to this are the model's pace and take real time. Longer ones wait for `advance`. */
const MAX_REAL_SLEEP_MS = 1_000;

/** A clock that a test can set, and on which minutes pass when the test calls `advance`. */
export function createMovableClock(): MovableClock {
  const system = createSystemClock();
  const sleepers = new Set<{ until: number; wake: () => void }>();
  let advanced = 0;
  let adjusted = 0;
  const elapsed = () => system.now() + advanced;
  return {
    now: () => elapsed() + adjusted,
    sleep(ms, signal) {
      if (ms <= MAX_REAL_SLEEP_MS) return system.sleep(ms, signal);
      return new Promise((resolve) => {
        const sleeper = {
          until: elapsed() + ms,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal.addEventListener('abort', sleeper.wake, { once: true });
      });
    },
    advance(ms) {
      advanced += ms;
      for (const sleeper of [...sleepers]) if (sleeper.until <= elapsed()) sleeper.wake();
    },
    adjust(ms) {
      adjusted += ms;
    },
  };
}
