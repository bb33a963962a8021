/** The floor: an endpoint written by hand for each workload, which calls REST with undici. No GraphQL. */
import { createServer } from 'node:http';
import { assistants, WORKLOADS } from '../workloads.mjs';
import { createGet } from './get.mjs';
import { reportUsage } from './usage.mjs';

const get = createGet(process.argv[2]);
const endpoints = new Map();
for (const workload of [...WORKLOADS, ...[1, 10, 100, 1000].map(assistants)]) {
  endpoints.set(workload.query, workload);
}
const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { query } = JSON.parse(Buffer.concat(chunks).toString());
  const data = await endpoints.get(query).rest(get);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
});
server.listen(0, '127.0.0.1', () =>
  reportUsage({ url: `http://127.0.0.1:${server.address().port}/graphql` }),
);
