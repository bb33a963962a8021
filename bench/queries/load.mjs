/**
 * Sends requests, in a process of its own. For each message `{ url, body, clients, seconds, requests }` it sends the body from
 * so many clients, each waiting for its response, and answers with latencies in ms.
 */
import { Pool } from 'undici';

const pools = new Map();
process.on('message', async ({ url, body, clients = 1, seconds = 0, requests = 0 }) => {
  const { origin, pathname } = new URL(url);
  const pool = pools.get(origin) ?? new Pool(origin, { connections: 256, pipelining: 1 });
  pools.set(origin, pool);
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const latencies = [];
  const startedAt = performance.now();
  const isOver = () =>
    requests > 0 ? latencies.length >= requests : performance.now() - startedAt >= seconds * 1000;
  let response;
  const client = async () => {
    while (!isOver()) {
      const sentAt = performance.now();
      const { statusCode, body: stream } = await pool.request({
        method: 'POST',
        path: pathname,
        headers,
        body,
      });
      response = await stream.text();
      if (statusCode !== 200) throw new Error(`Status ${statusCode}: ${response.slice(0, 500)}`);
      latencies.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const ms = performance.now() - startedAt;
  latencies.sort((one, other) => one - other);
  const at = (share) => latencies[Math.floor((latencies.length - 1) * share)];
  process.send({ count: latencies.length, ms, p50: at(0.5), p99: at(0.99), response });
});
process.on('disconnect', () => process.exit());
process.send({});
