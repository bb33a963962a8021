import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../src/local/models/model.ts';
import { WORD_COUNTER } from '../../src/local/models/words.ts';
import { MIGRATIONS } from '../../src/local/store/schema.ts';
import { openSqlite } from '../../src/local/store/sqlite.ts';
import { sendHttp } from '../support/http.ts';
import { poll } from '../support/poll.ts';
import { addAssistant, addRun, addThread, outputsFor } from './support/fixtures.ts';
import { newDataDir, type RunningApi, startApi } from './support/local-api.ts';
import { ids } from './support/pages.ts';

/** A busy machine adds to what a request waits. Without slices, it would wait for seconds. */
const MAX_WAIT_MS = 500;
const key = { authorization: 'Bearer test' };

/** The longest that a small request waits while something else is done. */
async function waitsDuring(api: RunningApi, work: Promise<unknown>): Promise<number> {
  let longest = 0;
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const start = performance.now();
    await api.call('GET', '/assistants/asst_none');
    longest = Math.max(longest, performance.now() - start);
  }
  await done;
  return longest;
}

/** The number of rows in each table of a closed data directory. */
function countRows(dataDir: string): Record<string, unknown> {
  const sqlite = openSqlite(join(dataDir, 'assistants.db'));
  const tables = ['threads', 'messages', 'runs', 'steps', 'files', 'file_pieces'];
  const counts = tables.map((table) => [
    table,
    (sqlite.get(`SELECT count(*) AS n FROM ${table}`, []) as { n: number }).n,
  ]);
  sqlite.close();
  return Object.fromEntries(counts);
}

describe('a page of long messages', () => {
  const long = (index: number) => `${index} ${'語'.repeat(255_000)}`;

  async function startWithLongThread() {
    const api = await startApi();
    const thread = await addThread(api);
    for (let index = 0; index < 24; index += 1) {
      await api.post(`/threads/${thread.id}/messages`, { role: 'user', content: long(index) });
    }
    return { api, path: `/threads/${thread.id}/messages` };
  }

  it('is complete, and holds up no other request', async () => {
    const { api, path } = await startWithLongThread();
    const headers = { ...key, 'openai-beta': 'assistants=v1' };
    const reading = fetch(`${api.url}${path}?limit=20&order=asc`, { headers }).then((response) =>
      response.bytes(),
    );
    expect(await waitsDuring(api, reading)).toBeLessThan(MAX_WAIT_MS);
    const page = JSON.parse(new TextDecoder().decode(await reading));
    expect(page.data).toHaveLength(20);
    for (const [index, message] of page.data.entries())
      expect(message.content[0].text.value === long(index)).toBe(true);
    expect([page.first_id, page.last_id, page.has_more]).toEqual([ids(page)[0], ids(page)[19], true]);
  });

  it('is read no faster than its client does, and no longer after the client has gone', async () => {
    const { api, path } = await startWithLongThread();
    const { port } = new URL(api.url);
    const memory = process.memoryUsage.rss();
    const sockets = Array.from({ length: 20 }, () => {
      const socket = connect(Number(port), '127.0.0.1').pause();
      socket.write(
        `GET /v1${path}?limit=24 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer test\r\nOpenAI-Beta: assistants=v1\r\n\r\n`,
      );
      return socket;
    });
    for (let count = 0; count < 200; count += 1) await api.call('GET', '/assistants/asst_none');
    // All together would have 370 MB.
    expect(process.memoryUsage.rss() - memory).toBeLessThan(200 * 1024 * 1024);
    for (const socket of sockets) socket.destroy();
    await api.get(`${path}?limit=1`);
  });
});

describe('a large file', () => {
  const content = Buffer.from(Array.from({ length: 10_000 }, (_, index) => `line ${index}\n`).join(''));
  const large = Buffer.concat(Array<Buffer>(200).fill(content));

  async function upload(api: RunningApi, body: Uint8Array<ArrayBuffer>) {
    const form = new FormData();
    form.append('file', new Blob([body]), 'large.txt');
    form.append('purpose', 'assistants');
    const response = await fetch(`${api.url}/files`, { method: 'POST', headers: key, body: form });
    return { status: response.status, body: await response.json() };
  }

  it('is stored, read and deleted without holding up other requests', async () => {
    const api = await startApi();
    const uploading = upload(api, Uint8Array.from(large));
    expect(await waitsDuring(api, uploading)).toBeLessThan(MAX_WAIT_MS);
    const { status, body: file } = await uploading;
    expect([status, file.bytes]).toEqual([200, large.byteLength]);

    const reading = fetch(`${api.url}/files/${file.id}/content`, { headers: key }).then((response) =>
      response.bytes(),
    );
    expect(await waitsDuring(api, reading)).toBeLessThan(MAX_WAIT_MS);
    expect(large.equals(await reading)).toBe(true);

    expect(await waitsDuring(api, api.remove(`/files/${file.id}`))).toBeLessThan(MAX_WAIT_MS);
    expect((await api.call('GET', `/files/${file.id}/content`)).status).toBe(404);
    await api.close();
    // What was left is removed after the next start.
    const again = await startApi({ dataDir: api.dataDir });
    await again.get('/files');
    await closeWhenEmpty(again, 'file_pieces');
  });

  it('whose upload breaks off or is invalid leaves nothing behind', async () => {
    const api = await startApi();
    const headers = { ...key, 'content-type': 'multipart/form-data; boundary=x' };
    const start = '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n';
    const { port } = new URL(api.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST /v1/files HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer test\r\n` +
        `Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 60000000\r\n\r\n${start}`,
    );
    await new Promise<void>((resolve) => socket.write(large, () => resolve()));
    socket.destroy();
    for (const end of [
      '',
      '\r\n--x--',
      '\r\n--x\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nfun\r\n--x--\r\n',
    ]) {
      const body = `${start}${content}${end}`;
      const response = await sendHttp(`${api.url}/files`, { method: 'POST', headers, body });
      expect([end, response.status]).toEqual([end, 400]);
    }
    expect((await api.get('/files')).data).toEqual([]);
    await closeWhenEmpty(api, 'file_pieces', 'files');
  });
});

describe('a long thread', () => {
  it('is deleted at once, although its messages, runs and steps are removed later', async () => {
    const api = await startApi();
    const kept = await addThread(api, 'kept');
    const run = await addRun(api, 'Hello');
    await api.until(run, 'completed');
    const messages = Array.from({ length: 100 }, () => ({ role: 'user', content: 'one of many' }));
    const { id } = await addAssistant(api);
    for (let count = 0; count < 20; count += 1) {
      const body = { assistant_id: id, additional_messages: messages };
      await api.until(await api.post(`/threads/${run.thread_id}/runs`, body), 'completed');
    }
    const path = `/threads/${run.thread_id}`;
    expect(await waitsDuring(api, api.remove(path))).toBeLessThan(MAX_WAIT_MS);
    for (const gone of [path, `${path}/messages`, `${path}/runs/${run.id}`, `${path}/runs/${run.id}/steps`]) {
      expect((await api.call('GET', gone)).status).toBe(404);
    }
    await api.close();
    const again = await startApi({ dataDir: api.dataDir });
    expect((await again.call('GET', path)).status).toBe(404);
    expect(await closeWhenEmpty(again, 'runs', 'steps')).toMatchObject({ threads: 1, messages: 1 });
    const last = await startApi({ dataDir: api.dataDir });
    expect((await last.get(`/threads/${kept.id}/messages`)).data).toHaveLength(1);
  });
});

it('the tokens of a long prompt are counted without holding up other requests', async () => {
  const model: Model = {
    tokens: { ...WORD_COUNTER, maxPrompt: () => 1e9, count: slowly },
    canContinue: true,
    respond: async () => ({ kind: 'nothing', usage: undefined }),
  };
  const api = await startApi({ model });
  const thread = await addThread(api, ...Array<string>(100).fill('x'.repeat(5_000)));
  const { id } = await addAssistant(api);
  const run = await api.post(`/threads/${thread.id}/runs`, { assistant_id: id });
  expect(await waitsDuring(api, api.until(run, 'incomplete'))).toBeLessThan(MAX_WAIT_MS);
});

/** Takes 10 ms to count the tokens of any text. */
function slowly(): number {
  const end = performance.now() + 10;
  while (performance.now() < end);
  return 1;
}

describe('the tool outputs of a run', () => {
  it('have a limit in all', async () => {
    const api = await startApi();
    const tools = [{ type: 'function', function: { name: 'f' } }];
    const run = await addRun(api, Array(20).fill('f').join(' then '), {}, { tools });
    const path = `/threads/${run.thread_id}/runs/${run.id}/submit_tool_outputs`;
    let submitted = 0;
    for (;;) {
      const waiting = await api.until(run, 'requires_action');
      const response = await api.call('POST', path, outputsFor(waiting, 'x'.repeat(500_000)));
      if (response.status !== 200) {
        expect(response.body.error).toMatchObject({
          param: 'tool_outputs',
          message: expect.stringContaining('4194304'),
        });
        break;
      }
      submitted += 1;
    }
    expect(submitted).toBe(8);
    await api.post(
      `/threads/${run.thread_id}/runs/${run.id}/submit_tool_outputs`,
      outputsFor(await api.until(run, 'requires_action'), 'short'),
    );
  });
});

it('a database of the first version is converted with its files', async () => {
  const dataDir = newDataDir();
  const sqlite = openSqlite(join(dataDir, 'assistants.db'));
  sqlite.script('PRAGMA journal_mode = WAL');
  sqlite.script(`${MIGRATIONS[0]} PRAGMA user_version = 1;`);
  const tenant = 'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=';
  const hash = Buffer.from(tenant, 'base64').toString('hex');
  const file = {
    id: 'file-old',
    object: 'file',
    bytes: 3,
    created_at: 1,
    filename: 'old.txt',
    purpose: 'assistants',
  };
  sqlite.run('INSERT INTO files (id, parent, created_at, body) VALUES (?, ?, 1, ?)', [
    file.id,
    hash,
    JSON.stringify(file),
  ]);
  sqlite.run('INSERT INTO file_contents (id, content) VALUES (?, ?)', [file.id, Buffer.from('old')]);
  sqlite.close();
  const api = await startApi({ dataDir });
  const response = await fetch(`${api.url}/files/file-old/content`, { headers: key });
  expect(await response.text()).toBe('old');
});

/** Closes the API once these tables have no rows, and returns the rows of all tables. */
async function closeWhenEmpty(api: RunningApi, ...tables: string[]): Promise<Record<string, unknown>> {
  const counts = await poll(
    async () => countRows(api.dataDir),
    (rows) => tables.every((table) => rows[table] === 0),
  );
  await api.close();
  return counts;
}
