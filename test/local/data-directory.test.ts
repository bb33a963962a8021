import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshSettings, startProgram } from '../support/process.ts';
import { addRun, addThread, newestText } from './support/fixtures.ts';
import { newDataDir, startApi } from './support/local-api.ts';
import { createRestCaller, type RestCaller } from './support/rest-caller.ts';
import { mountSmallDisk } from './support/small-disk.ts';

const LOCAL_API = /^The local Assistants API listens on (\S+)$/m;

const modesIn = (dataDir: string) =>
  Object.fromEntries(
    ['.', ...readdirSync(dataDir)].map((name) => [
      name,
      (statSync(join(dataDir, name)).mode & 0o777).toString(8),
    ]),
  );

describe('the data directory', () => {
  const PRIVATE = {
    '.': '700',
    'assistants.db': '600',
    'assistants.db-shm': '600',
    'assistants.db-wal': '600',
    lock: '600',
  };

  it('and its files are private from the start', async () => {
    const dataDir = join(newDataDir(), 'new');
    const api = await startApi({ dataDir });
    await addThread(api, 'secret');
    expect(modesIn(dataDir)).toMatchObject(PRIVATE);
    expect(new Set(Object.values(modesIn(dataDir)))).toEqual(new Set(['700', '600']));
    expect(api.logged).toEqual([]);
  });

  it('becomes private if it was not, which is logged', async () => {
    const dataDir = newDataDir();
    const before = await startApi({ dataDir });
    const thread = await addThread(before, 'secret');
    await before.close();
    chmodSync(dataDir, 0o755);
    chmodSync(join(dataDir, 'assistants.db'), 0o644);
    const after = await startApi({ dataDir });
    expect(modesIn(dataDir)).toMatchObject(PRIVATE);
    expect(after.logged.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      `warn: ${dataDir} had the mode 755, with which other users could access it: its mode is now 700`,
      `warn: ${dataDir}/assistants.db had the mode 644, with which other users could access it: its mode is now 600`,
    ]);
    await after.get(`/threads/${thread.id}`);
  });

  it('keeps its mode if it also holds files of others, whose mode stays too', async () => {
    const dataDir = newDataDir();
    chmodSync(dataDir, 0o755);
    writeFileSync(join(dataDir, 'notes.txt'), 'not ours', { mode: 0o644 });
    const api = await startApi({ dataDir });
    await addThread(api, 'secret');
    expect(modesIn(dataDir)).toMatchObject({ ...PRIVATE, '.': '755', 'notes.txt': '644' });
  });

  it.each(['deleted', 'moved', 'replaced'])('that is %s stops the server, which says so', async (how) => {
    const settings = await freshSettings();
    const { DATA_DIR } = settings;
    const program = startProgram('npm run local --silent', settings);
    const api = createRestCaller(await program.says(LOCAL_API));
    await addThread(api);
    if (how === 'deleted') rmSync(DATA_DIR, { recursive: true });
    else renameSync(DATA_DIR, `${DATA_DIR}/../moved-${Date.now()}`);
    if (how === 'replaced') mkdirSync(DATA_DIR);
    const response = await api.call('POST', '/threads', {}).catch(() => undefined);
    expect([500, undefined]).toContain(response?.status);
    expect(await program.ended).toBe(1);
    expect(program.written.err).toContain(
      `DATA_DIR ${DATA_DIR} was changed while the server was running: its file 'lock' was deleted, moved or replaced.`,
    );
  });

  it.each(['lock', 'assistants.db', 'assistants.db-wal'])(
    'that loses the file %s stops an idle server',
    async (name) => {
      const settings = await freshSettings();
      const program = startProgram('npm run local --silent', settings);
      await program.says(LOCAL_API);
      rmSync(join(settings.DATA_DIR, name));
      expect(await program.ended).toBe(1);
      expect(program.written.err).toContain(`its file '${name}' was deleted, moved or replaced.`);
    },
  );
});

describe('a full disk', () => {
  it('is reported to clients and in the log, loses nothing, and everything goes on once it has space', async () => {
    const disk = mountSmallDisk('3m');
    const settings = { ...(await freshSettings()), DATA_DIR: disk.path, OFFLINE_TOKEN_MS: '2' };
    const program = startProgram('npm run local --silent', settings);
    const api = createRestCaller(await program.says(LOCAL_API));
    const run = await addRun(api, 'word '.repeat(900));
    const { stored, refused } = await storeUntilRefused(api);
    expect(stored.length).toBeGreaterThan(1);
    expect(refused).toMatchObject({
      status: 507,
      body: { error: { type: 'server_error', code: 'disk_full' } },
    });
    for (const thread of stored) expect(await api.get(`/threads/${thread.id}`)).toEqual(thread);
    const unfinished = await api.get(`/threads/${run.thread_id}/runs/${run.id}`);
    expect(unfinished).toMatchObject({ status: 'in_progress', last_error: null });

    disk.resize('30m');
    expect((await api.call('POST', '/threads', {})).status).toBe(200);
    await api.until(run, 'completed');
    expect(await newestText(api, run.thread_id)).toContain('word word');
    const log = program.written.err;
    expect(log.split(`DATA_DIR ${disk.path} is full: nothing can be stored until it has space`)).toHaveLength(
      2,
    );
    expect(log.split(`DATA_DIR ${disk.path} has space again`)).toHaveLength(2);
    expect(log).not.toContain('internal error');
    program.signal('SIGTERM');
    expect(await program.ended).toBe(0);

    const restarted = startProgram('npm run local --silent', settings);
    const after = createRestCaller(await restarted.says(LOCAL_API));
    for (const thread of stored) expect(await after.get(`/threads/${thread.id}`)).toEqual(thread);
  });

  it('fails the start', async () => {
    const disk = mountSmallDisk('16k');
    const program = startProgram('npm run local --silent', {
      ...(await freshSettings()),
      DATA_DIR: disk.path,
    });
    expect(await program.ended).toBe(1);
    expect(program.written.err).toContain(
      `Cannot start: DATA_DIR ${disk.path} has no usable database: the disk is full.\n`,
    );
  });
});

/** Stores threads until one is refused, so that many more would fit nowhere. */
async function storeUntilRefused(api: RestCaller) {
  const stored: { id: string }[] = [];
  const messages = [{ role: 'user', content: 'x'.repeat(100_000) }];
  for (;;) {
    const response = await api.call('POST', '/threads', { messages });
    if (response.status !== 200) return { stored, refused: response };
    stored.push(response.body);
  }
}
