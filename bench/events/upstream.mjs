/** A REST API with one kind of run: it streams as many pieces of text as its thread's id says, each with the time at which it was sent. */
import { createServer } from 'node:http';

const runs = new Map();
let calls = 0;

const runOf = (id, status) => ({
  id,
  object: 'thread.run',
  created_at: 1_700_000_000,
  thread_id: 'thread_1',
  assistant_id: 'asst_1',
  status,
  model: 'bench',
  tools: [],
  expires_at: Math.floor(Date.now() / 1000) + 3600,
});
const message = (run_id, status) => ({
  id: `msg_${run_id}`,
  object: 'thread.message',
  created_at: 1_700_000_000,
  thread_id: 'thread_1',
  run_id,
  assistant_id: 'asst_1',
  role: 'assistant',
  status,
  content: [],
});
const page = (data) => JSON.stringify({ object: 'list', data, has_more: false });
const now = () => performance.timeOrigin + performance.now();

/** Streams `count` pieces, `pauseMs` apart; without a pause as fast as the connection takes them. */
async function stream(response, { id, count, pauseMs }) {
  const send = (event, data) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  send('thread.run.created', runOf(id, 'queued'));
  await new Promise((resolve) => runs.set(id, { status: 'queued', go: resolve }));
  send('thread.run.in_progress', runOf(id, 'in_progress'));
  send('thread.message.created', message(id, 'in_progress'));
  for (let piece = 0; piece < count; piece++) {
    const value = `${now().toFixed(2)} `;
    const delta = { content: [{ index: 0, type: 'text', text: { value, annotations: [] } }] };
    const hasRoom = send('thread.message.delta', { id: `msg_${id}`, object: 'thread.message.delta', delta });
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    else if (!hasRoom) await new Promise((resolve) => response.once('drain', resolve));
  }
  send('thread.run.completed', runOf(id, 'completed'));
  runs.get(id).status = 'completed';
  response.end('event: done\ndata: [DONE]\n\n');
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  calls++;
  response.setHeader('content-type', 'application/json');
  const { pathname } = new URL(request.url, 'http://upstream');
  const [, , , , list, id, below] = pathname.split('/');
  const known = runs.get(id);
  if (request.method === 'POST' && list === 'runs') {
    const body = JSON.parse(Buffer.concat(chunks));
    const { count, pauseMs } = JSON.parse(body.instructions ?? '{}');
    const run = `run_${runs.size + 1}`;
    if (body.stream) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      await stream(response, { id: run, count, pauseMs });
      return;
    }
    runs.set(run, { status: 'in_progress' });
    response.end(JSON.stringify(runOf(run, 'in_progress')));
  } else if (below === 'steps' || list === 'messages') response.end(page([]));
  else if (id) response.end(JSON.stringify(runOf(id, known?.status ?? 'in_progress')));
  else response.end(page([...runs].map(([run, { status }]) => runOf(run, status))));
});

process.on('message', ({ go }) => {
  if (go !== undefined) runs.get(go).go();
  process.send({ calls });
});
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}/v1` }));
