/**
 * Measures retrieval in the local API: how often the passage that answers a question is among the first five, by BM25, and how
 * long reading, searching and answering take, also for other clients. Run `npm run build` first, then
 * `node bench/retrieval.mjs`. Prints Markdown tables. The texts and questions in bench/retrieval were written for this.
 */
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startLocalApiThread } from '../dist/local/worker-thread.js';
import { createClient, percentile } from './local-api-client.mjs';

const CORPUS = new URL('retrieval/corpus/', import.meta.url);
const QUESTIONS = JSON.parse(readFileSync(new URL('retrieval/questions.json', import.meta.url), 'utf8'));
const MEGABYTE = 1024 * 1024;

/** What the model was given for its last search. */
let output = '';

/** A model that searches for the words of the user, and says nothing about what it gets. */
const model = createServer(async (incoming, response) => {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { messages } = JSON.parse(Buffer.concat(chunks).toString());
  const last = messages.at(-1);
  const query = JSON.stringify({ query: last.content });
  const call = {
    index: 0,
    id: 'call',
    type: 'function',
    function: { name: 'search_files', arguments: query },
  };
  if (last.role === 'tool') output = last.content;
  const delta = last.role === 'tool' ? { content: 'Thank you.' } : { tool_calls: [call] };
  const finish_reason = last.role === 'tool' ? 'stop' : 'tool_calls';
  response.setHeader('content-type', 'text/event-stream');
  response.end(
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\ndata: [DONE]\n\n`,
  );
});
await once(model.listen(0, '127.0.0.1'), 'listening');
const modelServer = {
  url: `http://127.0.0.1:${model.address().port}/v1`,
  names: { pairs: [] },
  contextTokens: 8192,
  silenceMs: 60_000,
};

const dataDir = mkdtempSync(join(tmpdir(), 'bench-retrieval-'));
const log = (entry) => console.error(entry);
const api = await startLocalApiThread({ dataDir, port: 0, tokenMs: 0, modelServer, log });

const { call, upload } = createClient(api.url);
/** In milliseconds. */
const at = (times, share) => percentile(times, share).toFixed(1);

async function whenRead({ id }) {
  for (;;) {
    const file = await call('GET', `/files/${id}`);
    if (file.status === 'error') throw new Error(file.status_details);
    if (file.status === 'processed') return file;
    await pause(5);
  }
}

const addAssistant = (model, files) =>
  call('POST', '/assistants', {
    model,
    tools: [{ type: 'retrieval' }],
    file_ids: files.map(({ id }) => id),
  });

/** Resolves with the milliseconds until the run that answers a question is completed. */
async function ask({ id }, question) {
  const start = performance.now();
  const thread = { messages: [{ role: 'user', content: question }] };
  const run = await call('POST', '/threads/runs', { assistant_id: id, thread });
  const path = `/threads/${run.thread_id}/runs/${run.id}`;
  while ((await call('GET', path)).status !== 'completed') await pause(1);
  return performance.now() - start;
}

/** Natural text has few frequent words and many rare ones. Always the same. */
function makeText(bytes) {
  let state = 12_345;
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
  const words = Array.from(
    { length: 30_000 },
    (_, index) => `w${((index * 2_654_435_761) % 2 ** 32).toString(36)}`,
  );
  const parts = [];
  for (let length = 0; length < bytes; ) {
    const word = words[Math.floor(random() ** 3 * words.length)];
    const end = random() < 0.01 ? '.\n\n' : random() < 0.08 ? '. ' : ' ';
    parts.push(word, end);
    length += word.length + end.length;
  }
  return parts.join('');
}

/** The waits of a client that reads an object again and again while `work` runs. */
async function waitsDuring(work) {
  const { id } = await call('POST', '/threads', {});
  const waits = [];
  let isDone = false;
  const reading = (async () => {
    while (!isDone) {
      const start = performance.now();
      await call('GET', `/threads/${id}`);
      waits.push(performance.now() - start);
      await pause(2);
    }
  })();
  await work();
  isDone = true;
  await reading;
  return waits;
}

try {
  const corpus = [];
  for (const name of readdirSync(CORPUS)) {
    corpus.push(await whenRead((await upload(name, readFileSync(new URL(name, CORPUS)))).json));
  }
  await measureHits(corpus);
  await measureSize();
} finally {
  await api.close();
  model.close();
  rmSync(dataDir, { recursive: true });
}

/** For each question, the place of the passage with its answer among those that a model gets. */
async function measureHits(corpus) {
  const searching = await addAssistant('searching', corpus);
  const offline = await addAssistant('offline', corpus);
  const places = [];
  const times = { searching: [], offline: [] };
  for (const [question, answer] of QUESTIONS) {
    times.searching.push(await ask(searching, question));
    const passages = output.split(/(?=【\d+†source】 from )/).slice(1);
    const place = passages.findIndex((passage) => passage.replace(/\s+/g, ' ').includes(answer));
    places.push(place);
    if (place < 0) console.error(`missed: ${question}`);
    times.offline.push(await ask(offline, question));
  }
  const hits = (most) => places.filter((place) => place >= 0 && place < most).length;
  const bytes = corpus.reduce((sum, file) => sum + file.bytes, 0);
  console.log(
    `Corpus: ${corpus.length} files, ${Math.round(bytes / 1024)} KiB, ${QUESTIONS.length} questions.\n`,
  );
  console.log('| the answering passage is | questions |\n| --- | --- |');
  for (const most of [1, 3, 5]) console.log(`| among the first ${most} | ${hits(most)} |`);
  const row = (what, measured) =>
    console.log(`| ${what} | ${at(measured, 0.5)} ms | ${at(measured, 0.99)} ms |`);
  console.log('\n| from the request to the completed run | p50 | p99 |\n| --- | --- | --- |');
  row('a search, and two words by a model that takes no time', times.searching);
  row('a search, and some 100 words by the offline model', times.offline);
  console.log();
}

/** How long reading takes, and what another client notices of it. */
async function measureSize() {
  console.log(
    '| file | to read | longest wait of another client: idle | upload | reading | searching | deleting |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  for (const size of [1, 20]) {
    const text = makeText(size * MEGABYTE);
    const question = text.slice(0, 300);
    const idle = await waitsDuring(() => pause(2_000));
    let file;
    const uploading = await waitsDuring(async () => {
      file = (await upload('large.txt', text)).json;
    });
    const start = performance.now();
    const reading = await waitsDuring(() => whenRead(file));
    const seconds = ((performance.now() - start) / 1_000).toFixed(1);
    const assistant = await addAssistant('offline', [file]);
    const searching = await waitsDuring(async () => {
      for (let index = 0; index < 20; index += 1) await ask(assistant, question);
    });
    const deleting = await waitsDuring(async () => {
      await call('DELETE', `/files/${file.id}`);
      await pause(3_000);
    });
    const cells = [idle, uploading, reading, searching, deleting].map((waits) => at(waits, 1));
    console.log(`| ${size} MB | ${seconds} s | ${cells.join(' ms | ')} ms |`);
  }
}
