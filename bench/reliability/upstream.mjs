/** An upstream whose threads are as their ids say. Sends its URL to its parent. */
import { createServer } from 'node:http';

const AT = 1_700_000_000;
const thread = (id) => ({ id, object: 'thread', created_at: AT, metadata: {} });

function message(threadId, id, text) {
  return {
    id,
    object: 'thread.message',
    created_at: AT,
    thread_id: threadId,
    role: 'user',
    content: [{ type: 'text', text: { value: text, annotations: [] } }],
    file_ids: [],
    assistant_id: null,
    run_id: null,
    metadata: {},
  };
}

const list = (data, hasMore) => ({
  object: 'list',
  data,
  first_id: data.at(0)?.id ?? null,
  last_id: data.at(-1)?.id ?? null,
  has_more: hasMore,
});

/** `thread_7_256000_u0001` has seven messages of 256,000 times that character; without a character, of `x`. */
function textOf(length, code) {
  return (code ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : 'x').repeat(length);
}

/** A page of the messages of a thread, as JSON. */
function messagesOf(threadId, query) {
  const [, count, length, code] = threadId.split('_');
  const limit = Number(query.get('limit') ?? 20);
  const start = query.has('after') ? Number(query.get('after').split('_')[1]) + 1 : 0;
  const end = Math.min(start + limit, Number(count));
  const text = textOf(Number(length), code);
  const data = [];
  for (let index = start; index < end; index++) data.push(message(threadId, `msg_${index}`, text));
  return JSON.stringify(list(data, end < Number(count)));
}

async function respond(request, response) {
  for await (const _ of request);
  const { pathname, searchParams } = new URL(request.url, 'http://upstream');
  const [, , collection, id, child] = pathname.split('/');
  const json = { 'content-type': 'application/json' };
  if (collection === 'threads' && child === 'messages' && request.method === 'GET') {
    response.writeHead(200, json).end(messagesOf(id, searchParams));
  } else if (collection === 'threads' && child === undefined && id !== 'missing') {
    response.writeHead(200, json).end(JSON.stringify(thread(id ?? 'thread_new')));
  } else {
    const error = {
      message: `No object found with id '${id}'.`,
      type: 'invalid_request_error',
      param: null,
      code: null,
    };
    response.writeHead(404, json).end(JSON.stringify({ error }));
  }
}

const server = createServer((request, response) => {
  respond(request, response).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => process.send(`http://127.0.0.1:${server.address().port}/v1`));
process.on('disconnect', () => process.exit());
