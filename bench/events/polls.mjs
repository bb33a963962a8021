/**
 * REST calls in ten minutes for one run that stays in progress, in an upstream that cannot stream: by this server for any
 * number of subscribers, and by the official SDK for one. Time runs 60 times as fast for both.
 *
 *   node bench/events/polls.mjs
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import OpenAI from 'openai';
import { createTransport } from '../../dist/rest/transport.js';
import { createRuns } from '../../dist/runs/create-runs.js';

const SPEED = 60;
const TEN_MINUTES = 600_000;
const realSetTimeout = setTimeout;
const wait = (ms) => new Promise((resolve) => realSetTimeout(resolve, ms / SPEED));

const upstream = fork(fileURLToPath(new URL('upstream.mjs', import.meta.url)));
const once = () => new Promise((resolve) => upstream.once('message', resolve));
const { url } = await once();
const calls = async () => {
  const answer = once();
  upstream.send({});
  return (await answer).calls;
};
const ids = { thread_id: 'thread_1', run_id: 'run_1' };
await fetch(`${url}/threads/thread_1/runs`, { method: 'POST', body: '{}' });
const rows = [];

/** Counts the calls while `follow` follows the run for ten minutes. */
async function count(what, follow) {
  const before = await calls();
  const stop = await follow();
  await wait(TEN_MINUTES);
  rows.push({ what, calls: (await calls()) - before });
  await stop();
}

const start = Date.now();
const clock = {
  now: () => start + (Date.now() - start) * SPEED,
  schedule(ms, work) {
    const timer = realSetTimeout(work, ms / SPEED);
    return () => clearTimeout(timer);
  },
};
for (const [what, kind, followers] of [
  ['this server, runStatus, 1 subscriber', 'followStatus', 1],
  ['this server, runStatus, 1,000 subscribers', 'followStatus', 1000],
  ['this server, runEvents, 1 subscriber', 'follow', 1],
]) {
  await count(what, async () => {
    const runs = createRuns({ transport: createTransport({ url, connections: 8 }), clock });
    const credential = { apiKey: 'key', organization: undefined, beta: 'assistants=v1' };
    for (let index = 0; index < followers; index++) {
      const events = await runs.of(credential)[kind](ids);
      (async () => {
        for await (const _ of events);
      })();
    }
    return () => runs.close();
  });
}

await count('openai@4.36.0, runs.poll, 1 client', async () => {
  globalThis.setTimeout = (work, ms, ...args) => realSetTimeout(work, ms >= 500 ? ms / SPEED : ms, ...args);
  const client = new OpenAI({ apiKey: 'key', baseURL: url, maxRetries: 0 });
  client.beta.threads.runs.poll('thread_1', 'run_1').catch(() => {});
  return () => {
    globalThis.setTimeout = realSetTimeout;
  };
});

console.table(rows);
upstream.kill();
process.exit();
