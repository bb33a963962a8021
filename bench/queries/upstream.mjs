/**
 * A stub upstream that counts its calls. Responses are built once and kept, so that it costs little beside the servers that
 * are measured. A message `{ latencyMs }` delays each response from then on; every message is answered with the calls so far.
 */
import { createServer } from 'node:http';
import { assistant, COUNTS, message, run, runStep, thread } from './objects.mjs';

let calls = 0;
let latencyMs = 0;
const bodies = new Map();

const server = createServer((request, response) => {
  calls++;
  let body = bodies.get(request.url);
  if (body === undefined) {
    body = JSON.stringify(responseTo(new URL(request.url, 'http://upstream')) ?? null);
    if (body !== 'null') bodies.set(request.url, body);
  }
  const send = () => {
    if (body !== 'null') response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    else
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .end('{"error":{"message":"Not found","type":"invalid_request_error","param":null,"code":null}}');
  };
  if (latencyMs === 0) send();
  else setTimeout(send, latencyMs);
});
// One burst of connections from 256 clients is longer than the default backlog allows in containers.
server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => {
  process.send({ url: `http://127.0.0.1:${server.address().port}/v1` });
});
process.on('disconnect', () => process.exit());
process.on('message', (settings) => {
  latencyMs = settings.latencyMs ?? latencyMs;
  process.send({ calls });
});

function responseTo(url) {
  const [, collection, id, part, partId, steps, stepId] = url.pathname.split('/').slice(1);
  if (collection === 'assistants') {
    return id === undefined ? page(url, indexes(COUNTS.assistants).map(assistant)) : assistant(numberOf(id));
  }
  if (id === undefined) return undefined;
  if (part === undefined) return thread(id);
  if (part === 'messages') return messages(url, id, partId);
  if (part !== 'runs') return undefined;
  if (partId === undefined)
    return page(
      url,
      indexes(COUNTS.runs).map((index) => run(id, index)),
    );
  if (steps === undefined) return run(id, numberOf(partId));
  if (stepId !== undefined) return runStep(id, partId, numberOf(stepId));
  return page(
    url,
    indexes(COUNTS.steps).map((index) => runStep(id, partId, index)),
  );
}

function messages(url, threadId, id) {
  const runId = id === undefined ? url.searchParams.get('run_id') : (/^msg_(run_\d+)_/.exec(id)?.[1] ?? null);
  if (id !== undefined) return message(threadId, numberOf(id), runId);
  const count = runId === null ? COUNTS.messages : COUNTS.messagesOfRun;
  return page(
    url,
    indexes(count).map((index) => message(threadId, index, runId)),
  );
}

function page(url, all) {
  const after = url.searchParams.get('after');
  const start = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
  const data = all.slice(start, start + Number(url.searchParams.get('limit') ?? 20));
  const has_more = start + data.length < all.length;
  return { object: 'list', data, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more };
}

function indexes(count) {
  return Array.from({ length: count }, (_, index) => index);
}

function numberOf(id) {
  return Number(id.slice(id.lastIndexOf('_') + 1));
}
