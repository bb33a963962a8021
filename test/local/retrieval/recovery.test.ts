/** Files and searches when the server is killed. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { poll } from '../../support/poll.ts';
import { startProcess } from '../support/killable.ts';
import { newDataDir, startApi } from '../support/local-api.ts';
import type { Json } from '../support/rest-caller.ts';
import { answerOf, answerTo, ask, stepsOf } from './support/searching.ts';
import { addFile, upload, whenRead } from './support/uploads.ts';

/** Takes a second or two to read. The needle is in the last passage. */
const LARGE = `${Array.from({ length: 60_000 }, (_, index) => `Sentence number ${index} is here.`).join(' ')} A needle.`;

/** Reads nothing, until its server is gone. */
const HANGING = `
  import { writeFileSync } from 'node:fs';
  const server = process.ppid;
  writeFileSync(new URL('begun', import.meta.url), '');
  setInterval(() => process.ppid === server || process.exit(), 50);
`;

describe('after SIGKILL', () => {
  it('a file that was being read is read again, from its start', async () => {
    const dataDir = newDataDir();
    const killed = await startProcess({ dataDir });
    const file = await upload(killed, 'large.txt', LARGE);
    const waiting = await upload(killed, 'small.txt', 'A haystack.');
    await killed.kill();
    const api = await startApi({ dataDir });
    expect(await whenRead(api, file)).toMatchObject({ status: 'processed' });
    expect(await whenRead(api, waiting)).toMatchObject({ status: 'processed' });
    const { annotations } = await answerTo(api, 'needle', [file]);
    expect(annotations).toHaveLength(1);
    expect(annotations[0].file_citation.quote).toContain('A needle.');
  });

  it('a file that was read is not read again', async () => {
    const dataDir = newDataDir();
    const killed = await startProcess({ dataDir });
    const file = await addFile(killed, 'small.txt', 'Cats purr.');
    await killed.kill();
    const api = await startApi({ dataDir, builtModules: new URL('file:///nowhere/') });
    expect(await api.get(`/files/${file.id}`)).toEqual(file);
    await api.close();
    const again = await startApi({ dataDir });
    expect((await answerTo(again, 'cats', [file])).annotations).toHaveLength(1);
  });

  it('a file over which the server stopped three times is given up', async () => {
    const dataDir = newDataDir();
    const modules = newDataDir();
    mkdirSync(join(modules, 'documents'));
    writeFileSync(join(modules, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(modules, 'documents/reader-process.js'), HANGING);
    const builtModules = pathToFileURL(`${modules}/`);
    let file: Json;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const killed = await startProcess({ dataDir, builtModules });
      file ??= await upload(killed, 'small.txt', 'Cats purr.');
      const begun = join(modules, 'documents/begun');
      await poll(async () => existsSync(begun), Boolean);
      await killed.kill();
      rmSync(begun);
    }
    const api = await startApi({ dataDir });
    expect(await whenRead(api, file)).toMatchObject({
      status: 'error',
      status_details: 'The local API stopped 3 times while it read the file.',
    });
  });

  it('a run that was searching or citing continues, and cites the same', async () => {
    const dataDir = newDataDir();
    const killed = await startProcess({ dataDir, tokenMs: 5 });
    const file = await addFile(killed, 'small.txt', 'Unpaid leave needs the approval of the director.');
    const run = await ask(killed, 'Who approves unpaid leave?', [file]);
    await poll(
      () => stepsOf(killed, run),
      (steps) => steps.length > 0,
    );
    await killed.kill();
    const api = await startApi({ dataDir });
    await api.until(run, 'completed');
    const { value, annotations } = await answerOf(api, run);
    expect(value.match(/【1†source】/g)).toHaveLength(1);
    expect(annotations).toMatchObject([{ file_citation: { file_id: file.id } }]);
    expect(await stepsOf(api, run)).toHaveLength(2);
  });
});

/** Resolves once passages of a file have been stored. */
function whenBegun(dataDir: string): Promise<unknown> {
  const database = new Database(join(dataDir, 'assistants.db'), { readonly: true });
  const count = database.prepare('SELECT count(*) AS count FROM passages');
  return poll(
    async () => (count.get([]) as { count: number }).count,
    (stored) => stored > 0,
  ).finally(() => database.close());
}

describe('after a stop', () => {
  it('a file that was being read is read again, however often that happens', async () => {
    const dataDir = newDataDir();
    const first = await startApi({ dataDir });
    const file = await upload(first, 'large.txt', LARGE);
    await whenBegun(dataDir);
    await first.close();
    for (let stops = 0; stops < 3; stops += 1) {
      const next = await startApi({ dataDir });
      await whenBegun(dataDir);
      await next.close();
    }
    const api = await startApi({ dataDir });
    expect(await whenRead(api, file)).toMatchObject({ status: 'processed' });
    expect((await answerTo(api, 'needle', [file])).annotations).toHaveLength(1);
  });
});
