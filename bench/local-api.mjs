/**
 * Measures how long the local API takes for a page, a message and a run in threads of 1,000 and 100,000 messages.
 * Run `npm run build` first, then `node bench/local-api.mjs`. Prints Markdown tables.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalApiThread } from '../dist/local/worker-thread.js';
import { createClient, percentile } from './local-api-client.mjs';

const SIZES = [1_000, 100_000];
const REPEATS = 500;
const RUNS = 100;
const MESSAGES_PER_REQUEST = 100;
/** The numbers of concurrent runs, with the default pace of the model. */
const CONCURRENT_RUNS = [1, 64, 256];
const TOKEN_MS = 20;
const WORDS = 90;

const dataDir = mkdtempSync(join(tmpdir(), 'bench-local-api-'));
let api = await startLocalApiThread({ dataDir, port: 0, tokenMs: 0 });
let { succeed, call } = createClient(api.url);

async function addThread(size) {
  const messages = (from, to) =>
    Array.from({ length: to - from }, (_, index) => ({
      role: 'user',
      content: `message number ${from + index}`,
    }));
  const first = Math.min(size, MESSAGES_PER_REQUEST);
  const thread = await call('POST', '/threads', { messages: messages(0, first) });
  for (let from = first; from < size; from += MESSAGES_PER_REQUEST) {
    const additional_messages = messages(from, Math.min(from + MESSAGES_PER_REQUEST, size));
    await succeed('POST', `/threads/${thread.id}/runs`, {
      assistant_id: assistant.id,
      additional_messages,
      stream: true,
    });
  }
  return thread.id;
}

/** The p50 and p99 of `repeats` calls in milliseconds, after a tenth as many to warm up. */
async function measure(repeats, work) {
  for (let index = 0; index < repeats / 10; index += 1) await work(index);
  const times = [];
  for (let index = 0; index < repeats; index += 1) {
    const start = performance.now();
    await work(index);
    times.push(performance.now() - start);
  }
  return `${percentile(times, 0.5).toFixed(2)} | ${percentile(times, 0.99).toFixed(2)}`;
}

const assistant = await call('POST', '/assistants', { model: 'offline' });
const rows = new Map();
const note = (what, result) => rows.set(what, [...(rows.get(what) ?? []), result]);

for (const size of SIZES) {
  const path = `/threads/${await addThread(size)}`;
  const newest = await call('GET', `${path}/messages?limit=100`);
  let middle = newest.last_id;
  for (let index = 0; index < size / 200; index += 1) {
    middle = (await call('GET', `${path}/messages?limit=100&after=${middle}`)).last_id ?? middle;
  }
  note('newest page of 20', await measure(REPEATS, () => succeed('GET', `${path}/messages`)));
  note('newest page of 100', await measure(REPEATS, () => succeed('GET', `${path}/messages?limit=100`)));
  note(
    'page of 100 from the middle',
    await measure(REPEATS, () => succeed('GET', `${path}/messages?limit=100&after=${middle}`)),
  );
  note(
    'oldest page of 100',
    await measure(REPEATS, () => succeed('GET', `${path}/messages?limit=100&order=asc`)),
  );
  note('one message', await measure(REPEATS, () => succeed('GET', `${path}/messages/${middle}`)));
  const message = { role: 'user', content: 'one more message' };
  note('creating a message', await measure(REPEATS, () => succeed('POST', `${path}/messages`, message)));
  const run = { assistant_id: assistant.id, stream: true };
  note(
    'a run of 14 words, from request to done',
    await measure(RUNS, () => succeed('POST', `${path}/runs`, run)),
  );
}

const [small, large] = SIZES.map((size) => size.toLocaleString('en'));
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}; milliseconds\n`);
console.log(`| | ${small} messages: p50 | p99 | ${large} messages: p50 | p99 |`);
console.log('| --- | --- | --- | --- | --- |');
for (const [what, results] of rows) console.log(`| ${what} | ${results.join(' | ')} |`);

await api.close();
api = await startLocalApiThread({ dataDir, port: 0, tokenMs: TOKEN_MS });
({ succeed, call } = createClient(api.url));
const content = Array.from({ length: WORDS }, (_, index) => `word${index}`).join(' ');
console.log(`\n| concurrent runs of ${WORDS + 11} words | until the last is done |\n| --- | --- |`);
for (const count of CONCURRENT_RUNS) {
  const body = {
    assistant_id: assistant.id,
    stream: true,
    thread: { messages: [{ role: 'user', content }] },
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: count }, () => succeed('POST', '/threads/runs', body)));
  console.log(`| ${count} | ${((performance.now() - start) / 1_000).toFixed(1)} s |`);
}

await api.close();
rmSync(dataDir, { recursive: true });
