/**
 * Measures what a limit on the request body costs: yoga's own limit and src/server/json-body.ts, in alternation, with
 * a schema that does nothing. Run `npm run build` first, then `node bench/body-limit.mjs`.
 */
import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { Pool } from 'undici';
import { InTransit } from '../dist/server/in-transit.js';
import { createJsonBodyReader } from '../dist/server/json-body.js';

const ROUNDS = 10;
const REQUESTS = 1_500;
const CONCURRENT = 20;

const readBody = createJsonBodyReader(4_194_304, new InTransit(Number.POSITIVE_INFINITY));
const useOurs = {
  onRequestParse({ serverContext: { req, res }, setRequestParser }) {
    setRequestParser(async () => (await readBody(req, res)).json);
  },
};

const schema = createSchema({ typeDefs: 'type Query { nothing: Boolean }' });
const limits = {
  none: { maxRequestBodySize: false },
  yoga: { maxRequestBodySize: 4_194_304 },
  ours: { maxRequestBodySize: false, plugins: [useOurs] },
};

async function start(options) {
  const server = createServer(createYoga({ schema, logging: false, ...options }));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const pool = new Pool(`http://127.0.0.1:${server.address().port}`, { connections: CONCURRENT });
  return { server, pool };
}

/** Returns requests per second. */
async function measure(pool) {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ query: '{ nothing }' });
  let left = REQUESTS;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: CONCURRENT }, async () => {
      while (left-- > 0) {
        const answer = await pool.request({ method: 'POST', path: '/graphql', headers, body });
        await answer.body.text();
      }
    }),
  );
  return REQUESTS / ((performance.now() - start) / 1000);
}

const servers = {};
for (const [name, options] of Object.entries(limits))
  servers[name] = { ...(await start(options)), rates: [] };
for (let round = -2; round < ROUNDS; round++) {
  for (const { pool, rates } of Object.values(servers)) {
    const rate = await measure(pool);
    // The first rounds warm up.
    if (round >= 0) rates.push(rate);
  }
}
const median = (rates) => rates.toSorted((a, b) => a - b)[Math.floor(rates.length / 2)];
const most = median(servers.none.rates);
for (const [name, { rates, pool, server }] of Object.entries(servers)) {
  console.log(`${name}: ${(median(rates) / most).toFixed(2)} of the requests without a limit`);
  await pool.close();
  server.close();
}
