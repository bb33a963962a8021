/**
 * Measures how long a query that makes one call takes while another client's query makes 300, and how long it takes alone.
 * Both alternate, with an upstream that responds after 40 ms. Run `npm run build` first, then `node bench/fairness.mjs`.
 */
import { createServer as createHttpServer } from 'node:http';
import { readConfig } from '../dist/config.js';
import { createTransport } from '../dist/rest/transport.js';
import { createServer } from '../dist/server.js';

const LATENCY_MS = 40;
const ROUNDS = 40;

const upstream = createHttpServer((request, response) => {
  const id = request.url.split('/').at(-1);
  const body = JSON.stringify({ id, object: 'thread', created_at: 1_700_000_000, metadata: {} });
  setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(body), LATENCY_MS);
});
await new Promise((resolve) => upstream.listen(0, '127.0.0.1', resolve));

const url = `http://127.0.0.1:${upstream.address().port}/v1`;
const config = readConfig({ PORT: '0', UPSTREAM_URL: url, UPSTREAM_API_KEY: 'key', LOG_LEVEL: 'silent' });
const transport = createTransport({ url, connections: config.UPSTREAM_CONNECTIONS });
const server = await createServer({ config, transport, log: { error() {}, warn() {} } });

let ids = 0;
const query = (count) =>
  `{ ${Array.from({ length: count }, (_, index) => `t${index}: thread(id: "thread_${ids++}") { createdAt }`).join(' ')} }`;

async function send(count) {
  const start = performance.now();
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(server.url, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query: query(count) }),
  });
  const { errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors[0]));
  return performance.now() - start;
}

const alone = [];
const beside = [];
for (let round = -5; round < ROUNDS; round++) {
  const own = await send(1);
  const many = send(300);
  // The other query has as many connections as it may hold.
  await new Promise((resolve) => setTimeout(resolve, LATENCY_MS));
  const shared = await send(1);
  await many;
  if (round < 0) continue;
  alone.push(own);
  beside.push(shared);
}
const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
const worst = (times) => Math.max(...times);
console.log(`alone:  median ${median(alone).toFixed(1)} ms, worst ${worst(alone).toFixed(1)} ms`);
console.log(`beside: median ${median(beside).toFixed(1)} ms, worst ${worst(beside).toFixed(1)} ms`);
console.log(`ratio of the medians: ${(median(beside) / median(alone)).toFixed(2)}`);

await server.close();
await transport.close();
upstream.close();
upstream.closeAllConnections();
