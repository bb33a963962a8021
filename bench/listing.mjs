/**
 * Measures from how many objects on a list page of 100 is cheaper than one GET for each object. Both alternate, with the
 * REST client that the server uses, and count its CPU time. Run `npm run build` first, then `node bench/listing.mjs`.
 */
import { spawn } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createRestClient } from '../dist/rest/client.js';
import { createTransport } from '../dist/rest/transport.js';

const ROUNDS = 60;
const SIZES = [200, 1_000, 8_000, 64_000];

if (process.argv[2] === 'upstream') serve();
else await measure();

/** Serves messages, as a page or alone. The id of the thread is the length of their text. */
function serve() {
  const message = (threadId, id) => ({
    id,
    object: 'thread.message',
    created_at: 1_700_000_000,
    thread_id: threadId,
    status: 'completed',
    incomplete_details: null,
    completed_at: 1_700_000_001,
    incomplete_at: null,
    role: 'assistant',
    content: [{ type: 'text', text: { value: 'word '.repeat(Number(threadId) / 5), annotations: [] } }],
    assistant_id: 'asst_any',
    run_id: `run_of_${id}`,
    file_ids: [],
    metadata: { page: 'one' },
  });
  const server = createServer((request, response) => {
    const [, , threadId, , id] = new URL(request.url, 'http://upstream').pathname.split('/').slice(1);
    const body = id
      ? message(threadId, id)
      : {
          object: 'list',
          has_more: true,
          data: Array.from({ length: 100 }, (_, index) => message(threadId, `msg_${index}`)),
        };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
}

async function measure() {
  const upstream = spawn(process.execPath, [fileURLToPath(import.meta.url), 'upstream'], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const port = await new Promise((resolve) => upstream.once('message', resolve));
  const transport = createTransport({ url: `http://127.0.0.1:${port}/v1`, connections: 32 });
  const signal = new AbortController().signal;
  setMaxListeners(0, signal);
  const rest = createRestClient(transport, {
    apiKey: 'key',
    beta: 'assistants=v1',
    principal: 'bench',
    sharing: { read: (_, own, start) => start(own), beginEpoch() {} },
    maxConcurrent: 32,
    readSignal: signal,
    writeSignal: signal,
  });
  console.log('text   page of 100   one GET   page = GETs   page bytes   GET bytes');
  for (const size of SIZES) {
    const thread_id = String(size);
    const page = () => rest.call('listMessages', { thread_id, limit: 100 });
    const gets = () =>
      Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          rest.call('getMessage', { thread_id, message_id: `msg_${index}` }),
        ),
      );
    const cost = { page: 0, gets: 0 };
    for (let round = -10; round < ROUNDS; round++) {
      const pageCpu = await cpuOf(page);
      const getsCpu = await cpuOf(gets);
      // The first rounds warm up.
      if (round < 0) continue;
      cost.page += pageCpu / ROUNDS;
      cost.gets += getsCpu / ROUNDS / 20;
    }
    const [pageBytes, getBytes] = await Promise.all(
      [`/threads/${size}/messages`, `/threads/${size}/messages/msg_1`].map(async (path) => {
        const response = await transport.send({ method: 'GET', path, headers: {}, signal });
        return response.text.length;
      }),
    );
    const ratio = (cost.page / cost.gets).toFixed(1);
    console.log(
      `${size}   ${cost.page.toFixed(2)} ms   ${cost.gets.toFixed(3)} ms   ${ratio}   ${pageBytes}   ${getBytes}`,
    );
  }
  await transport.close();
  upstream.kill();
}

/** CPU time of this process, in milliseconds. */
async function cpuOf(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
