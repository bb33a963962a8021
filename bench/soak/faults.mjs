/**
 * The faulty upstream: passes requests to the local API, and fails some of them in one of many ways. Threads whose IDs say what
 * is in them go to the upstream of the attacks. Counts the faults, and the writes that the local API carried out, by the
 * `soak` in their metadata.
 *
 *   faults.mjs SEED LOCAL_API_URL ATTACKS_URL, with an IPC channel
 */
import { Agent, createServer, request as send } from 'node:http';
import { createRandom } from './random.mjs';

const [, , seed, localUrl, attacksUrl] = process.argv;
const random = createRandom(Number(seed));
const agent = new Agent({ keepAlive: true });
const json = { 'content-type': 'application/json' };
const ERROR = '{"error":{"message":"A fault of the soak.","type":"server_error","param":null,"code":null}}';

/** Of a thousand requests. The rest is passed on as it is. */
const FAULTS = {
  'status 500': 8,
  'status 502': 4,
  'status 503 with retry-after': 3,
  'status 429 with retry-after': 1,
  'no response, not passed on': 4,
  'no response, although passed on': 4,
  'connection lost within the body': 6,
  'body that is not JSON': 4,
  'object without its id': 4,
  'three seconds late': 4,
};
const counts = Object.fromEntries(Object.keys(FAULTS).map((name) => [name, 0]));
/** How often each write was carried out. */
const writes = {};
let requests = 0;
/** For three seconds of each minute, all connections are dropped. */
let isDown = false;
let outages = 0;
setInterval(() => {
  isDown = true;
  outages++;
  setTimeout(() => {
    isDown = false;
  }, 3_000);
}, 60_000);

function chooseFault() {
  let left = random.below(1000);
  for (const [name, share] of Object.entries(FAULTS)) {
    left -= share;
    if (left < 0) return name;
  }
  return undefined;
}

async function respond(request, response) {
  requests++;
  if (isDown) return void request.socket.destroy();
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  if (/\/threads\/thread_\d+_\d+/.test(request.url))
    return void pass(request, body, attacksUrl, (answer) => copy(answer, response));
  const fault = chooseFault();
  if (fault !== undefined) counts[fault]++;
  if (fault?.startsWith('status')) return refuse(response, Number(fault.split(' ')[1]));
  if (fault === 'no response, not passed on') return void request.socket.destroy();
  if (fault === 'three seconds late') await new Promise((resolve) => setTimeout(resolve, 3_000));
  pass(request, body, localUrl, (answer) => {
    if (request.method === 'POST' && answer.statusCode < 300) noteWrite(body);
    if (fault === undefined || fault === 'three seconds late') copy(answer, response);
    else damage(fault, answer, request, response);
  }).once('error', () => request.socket.destroy());
}

function refuse(response, status) {
  const retry = status === 429 || status === 503 ? { 'retry-after-ms': '200' } : {};
  response.writeHead(status, { ...json, ...retry }).end(ERROR);
}

function pass({ url, method, headers }, body, base, onAnswer) {
  const { hostname, port } = new URL(base);
  const { host: _, 'content-length': __, ...others } = headers;
  const sent = { ...others, ...(body.length > 0 && { 'content-length': body.length }) };
  return send({ agent, hostname, port, path: url, method, headers: sent }, onAnswer).end(body);
}

function copy(answer, response) {
  response.writeHead(answer.statusCode, answer.headers);
  answer.pipe(response);
  answer.once('error', () => response.destroy());
  response.once('close', () => answer.destroy());
}

function damage(fault, answer, request, response) {
  if (fault === 'no response, although passed on') {
    answer.resume();
    request.socket.destroy();
  } else if (fault === 'connection lost within the body') {
    response.writeHead(answer.statusCode, answer.headers);
    // A stream loses it after a few events, and any other body after its first half.
    let left = 1 + random.below(8);
    answer.on('data', (chunk) => {
      if (--left > 0 && answer.headers['content-type']?.startsWith('text/event-stream'))
        response.write(chunk);
      else response.write(chunk.subarray(0, chunk.length / 2), () => request.socket.destroy());
    });
    answer.once('end', () => request.socket.destroy());
  } else {
    answer.resume();
    response.writeHead(200, json).end(fault === 'body that is not JSON' ? '<html>' : '{"object":"thread"}');
  }
}

/** What the server writes has an ID of its own in the metadata. */
function noteWrite(body) {
  const id = /"soak":"([^"]+)"/.exec(body.toString())?.[1];
  if (id !== undefined) writes[id] = (writes[id] ?? 0) + 1;
}

const server = createServer((request, response) => {
  respond(request, response).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => process.send(`http://127.0.0.1:${server.address().port}/v1`));
process.on('message', () =>
  process.send({ requests, counts: { ...counts, 'outages of three seconds': outages }, writes }),
);
process.on('disconnect', () => process.exit());
