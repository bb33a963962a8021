import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LocalApiThreadOptions, startLocalApiThread as Start } from '../../src/local/worker-thread.ts';
import { addRun, newestText } from './support/fixtures.ts';
import { newDataDir } from './support/local-api.ts';
import { createRestCaller } from './support/rest-caller.ts';

/** The built module: the entry point of the worker is next to it only there. */
const BUILT: string = '../../dist/local/worker-thread.js';
const { startLocalApiThread }: { startLocalApiThread: typeof Start } = await import(BUILT);

async function startThread(options: Partial<LocalApiThreadOptions> = {}) {
  const thread = await startLocalApiThread({ dataDir: newDataDir(), port: 0, tokenMs: 0, ...options });
  onTestFinished(() => thread.close());
  return thread;
}

describe('the local API in a worker thread', () => {
  it('closes, and continues its runs after the next start', async () => {
    const dataDir = newDataDir();
    const first = await startThread({ dataDir, tokenMs: 60_000 });
    const run = await addRun(createRestCaller(first.url), 'Hello');
    await first.close();
    await first.ended;
    const second = await startThread({ dataDir });
    const api = createRestCaller(second.url);
    await api.until(run, 'completed');
    expect(await newestText(api, run.thread_id)).toContain('You said: Hello');
  });

  it('names the port that is in use and the setting to change', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(startThread({ port })).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is already in use: change LOCAL_API_PORT or LOCAL_API_HOST.`,
    );
  });

  it('names what is wrong with the data directory', async () => {
    const dataDir = newDataDir();
    await startThread({ dataDir });
    await expect(startThread({ dataDir })).rejects.toThrow(
      `DATA_DIR ${dataDir} is in use by another process.`,
    );

    const file = join(newDataDir(), 'file');
    writeFileSync(file, 'not a directory');
    const below = join(newDataDir(), 'new', 'data');
    await startThread({ dataDir: below });
    for (const dataDir of [file, join(file, 'data'), '/proc/nothing/can/be/created/here']) {
      await expect(startThread({ dataDir })).rejects.toThrow(/^DATA_DIR \S+ cannot be used: .+\.$/);
    }

    const damaged = newDataDir();
    writeFileSync(join(damaged, 'assistants.db'), 'not a database '.repeat(1_000));
    await expect(startThread({ dataDir: damaged })).rejects.toThrow(
      /^DATA_DIR \S+ has no usable database: .+\.$/,
    );
  });
});
