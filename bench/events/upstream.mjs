/**
 * A REST API whose runs write one message each. The instructions of a run say of how many pieces it consists, and how many
 * milliseconds lie between them; each piece is the time at which it was written. A run begins when the parent process says so.
 */
import { createServer } from 'node:http';

const runs = new Map();
let calls = 0;

const wireRun = ({ id, thread, status }) => ({
  id,
  object: 'thread.run',
  created_at: 1_700_000_000,
  thread_id: thread,
  assistant_id: 'asst_1',
  status,
  model: 'bench',
  tools: [],
  expires_at: Math.floor(Date.now() / 1000) + 3600,
});
const wireMessage = ({ id, thread, text }, status) => ({
  id: `msg_${id}`,
  object: 'thread.message',
  created_at: 1_700_000_000,
  thread_id: thread,
  run_id: id,
  assistant_id: 'asst_1',
  role: 'assistant',
  status,
  content: text === '' ? [] : [{ type: 'text', text: { value: text, annotations: [] } }],
});
const page = (data) => JSON.stringify({ object: 'list', data, has_more: false });
const now = () => performance.timeOrigin + performance.now();
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function addRun(thread, status) {
  const run = { id: `run_${runs.size + 1}`, thread, status, text: '' };
  run.begins = new Promise((resolve) => {
    run.go = resolve;
  });
  runs.set(run.id, run);
  return run;
}

/** Without a pause, pieces are written as fast as the connection takes them. @param send returns whether there is room for more */
async function play(run, { count = 0, pauseMs = 0 }, send, drained) {
  const delayMs = await run.begins;
  run.status = 'in_progress';
  send('thread.run.in_progress', wireRun(run));
  send('thread.message.created', wireMessage(run, 'in_progress'));
  // What comes before the first piece must not delay it.
  await sleep(delayMs);
  for (let piece = 0; piece < count; piece++) {
    const value = `${now().toFixed(2)} `;
    run.text += value;
    const delta = { content: [{ index: 0, type: 'text', text: { value, annotations: [] } }] };
    const hasRoom = send('thread.message.delta', {
      id: `msg_${run.id}`,
      object: 'thread.message.delta',
      delta,
    });
    if (pauseMs > 0) await sleep(pauseMs);
    else if (!hasRoom) await drained();
  }
  run.status = 'completed';
  send('thread.run.completed', wireRun(run));
}

async function create(response, thread, { stream, instructions = '{}' }) {
  const plan = JSON.parse(instructions);
  const run = addRun(thread, stream ? 'queued' : 'in_progress');
  if (!stream) {
    response.end(JSON.stringify(wireRun(run)));
    return play(run, plan, () => true);
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (event, data) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  send('thread.run.created', wireRun(run));
  await play(run, plan, send, () => new Promise((resolve) => response.once('drain', resolve)));
  response.end('event: done\ndata: [DONE]\n\n');
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  calls++;
  response.setHeader('content-type', 'application/json');
  const { pathname } = new URL(request.url, 'http://upstream');
  const [, , , thread, list, id, below] = pathname.split('/');
  const ofThread = () => [...runs.values()].filter((run) => run.thread === thread);
  if (request.method === 'POST') await create(response, thread, JSON.parse(Buffer.concat(chunks)));
  else if (below === 'steps') response.end(page([]));
  else if (list === 'messages') response.end(page(ofThread().map((run) => wireMessage(run, 'in_progress'))));
  else if (id) response.end(JSON.stringify(wireRun(runs.get(id))));
  else response.end(page(ofThread().map(wireRun)));
});
// The default closes connections that a client is about to use again.
server.keepAliveTimeout = 60_000;

process.on('message', ({ go = [], spreadMs = 0 }) => {
  for (const id of go) runs.get(id).go(100 + Math.random() * spreadMs);
  process.send({ calls });
});
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}/v1` }));
