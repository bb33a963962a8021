import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { request, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OperationName } from '../../src/rest/operations.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { callRest } from '../support/world.ts';

let graph: Graph;
let threadId: string;
beforeAll(async () => {
  graph = await startGraph();
  threadId = (await callRest(graph.localUrl, '/threads', {})).id;
});
beforeEach(() => {
  graph.upstream.calls.length = 0;
});
afterEach(() => {
  graph.upstream.intercept = undefined;
});
afterAll(() => graph.close());

/** A client with a connection of its own, which the test can cut. */
interface Client {
  /** Destroys the connection. Fulfilled when the server has noticed. */
  disconnect(): Promise<void>;
}

function sendAlone(query: string): Client {
  const noticed = nextServerSocket().then((socket) => once(socket, 'close'));
  const headers = { 'content-type': 'application/json' };
  const client = request(graph.url, { method: 'POST', agent: false, headers });
  client.on('error', () => undefined);
  client.end(JSON.stringify({ query }));
  return {
    async disconnect() {
      client.destroy();
      await noticed;
      await roundTrip();
    },
  };
}

/** The server's end of the next connection that sends a request. */
function nextServerSocket(): Promise<Socket> {
  return new Promise((resolve) => {
    const onStart = (message: unknown) => {
      const { socket } = message as { socket: Socket };
      if (String(socket.localPort) !== new URL(graph.url).port) return;
      unsubscribe('http.server.request.start', onStart);
      resolve(socket);
    };
    subscribe('http.server.request.start', onStart);
  });
}

/** By the time that another client has its response, the server has done what was due before. */
async function roundTrip(): Promise<void> {
  await graph.data('{ assistants(first: 1) { nodes { id } } }', {});
}

/** Holds back the responses to an operation. Returns the next one that is due. */
function hold(operation: OperationName) {
  const held: ServerResponse[] = [];
  const waiting: ((response: ServerResponse) => void)[] = [];
  graph.upstream.intercept = (call, response) => {
    if (call.operation !== operation) return false;
    const taker = waiting.shift();
    if (taker) taker(response);
    else held.push(response);
    return true;
  };
  return (): Promise<ServerResponse> => {
    const response = held.shift();
    return response ? Promise.resolve(response) : new Promise((resolve) => waiting.push(resolve));
  };
}

async function finish(response: ServerResponse, status: number, body: string): Promise<void> {
  const finished = once(response, 'finish');
  response.writeHead(status).end(body);
  await finished;
  await roundTrip();
}

const created = JSON.stringify({ id: 'thread_1', created_at: 1_700_000_000, metadata: {} });
const writesSent = () => graph.upstream.calls.filter(({ method }) => method === 'POST').length;

test('when a client disconnects, its read ends', async () => {
  const next = hold('getThread');
  const client = sendAlone(`{ thread(id: "${threadId}") { createdAt } }`);
  const response = await next();
  const closed = once(response, 'close');
  await client.disconnect();
  await closed;
  expect(response.writableEnded).toBe(false);
});

test('when a client disconnects, the write that was sent runs to its end and no other begins', async () => {
  const next = hold('createThread');
  const writes = Array.from({ length: 20 }, (_, index) => `w${index}: createThread { thread { id } }`);
  const client = sendAlone(`mutation { ${writes.join(' ')} }`);
  const first = await next();
  await client.disconnect();
  expect(first.closed).toBe(false);
  await finish(first, 200, created);
  expect(writesSent()).toBe(1);
});

test('when a client disconnects, a write that was refused is not sent again', async () => {
  const next = hold('createThread');
  const client = sendAlone('mutation { createThread { thread { id } } }');
  const first = await next();
  await client.disconnect();
  await finish(first, 429, '{}');
  expect(writesSent()).toBe(1);
});

test('when a client disconnects while its mutation reads, the read ends and no other write begins', async () => {
  const next = hold('listMessages');
  const client = sendAlone(
    'mutation { a: createThread { thread { messages { nodes { id } } } } b: createThread { thread { id } } }',
  );
  const reading = await next();
  const closed = once(reading, 'close');
  await client.disconnect();
  await closed;
  expect(writesSent()).toBe(1);
});
