import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { type Clock, createSystemClock } from '../../../src/local/clock.ts';
import { createLocalApi, type LocalApi, type LocalApiOptions } from '../../../src/local/local-api.ts';
import { createRestCaller, type RestCaller } from './rest-caller.ts';

export interface RunningApi extends LocalApi, RestCaller {
  readonly dataDir: string;
  /** What the API took for bugs; a test that leaves one here fails. */
  readonly faults: unknown[];
}

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A data directory that is gone after the test. */
export function newDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'local-api-'));
  cleanUps.push(() => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

/** A local API in this process, as fast as it can be, closed after the test. */
export async function startApi(options: Partial<LocalApiOptions> = {}): Promise<RunningApi> {
  const dataDir = options.dataDir ?? newDataDir();
  const faults: unknown[] = [];
  const api = await createLocalApi({
    port: 0,
    tokenMs: 0,
    onFault: (fault) => faults.push(fault),
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
    if (faults.length > 0) throw new Error('The local API had faults.', { cause: faults });
  });
  return { ...createRestCaller(api.url), url: api.url, dataDir, faults, close };
}

export interface MovableClock extends Clock {
  /** Lets this much time pass at once. */
  advance(ms: number): void;
}

/** Waits up to this are the model's pace and take their real time; longer ones wait for `advance`. */
const PACE_MS = 1_000;

/** A clock on which minutes pass when the test says so. */
export function createMovableClock(): MovableClock {
  const system = createSystemClock();
  const waiting = new Set<{ until: number; wake: () => void }>();
  let ahead = 0;
  const now = () => system.now() + ahead;
  return {
    now,
    sleep(ms, signal) {
      if (ms <= PACE_MS) return system.sleep(ms, signal);
      return new Promise((resolve) => {
        const waiter = {
          until: now() + ms,
          wake: () => {
            waiting.delete(waiter);
            resolve();
          },
        };
        waiting.add(waiter);
        signal.addEventListener('abort', waiter.wake, { once: true });
      });
    },
    advance(ms) {
      ahead += ms;
      for (const waiter of [...waiting]) if (waiter.until <= now()) waiter.wake();
    },
  };
}
