import { once } from 'node:events';
import { type ClientRequest, request, type ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { OperationName } from '../../src/rest/operations.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { askRest } from '../support/world.ts';

let graph: Graph;
let threadId: string;
beforeAll(async () => {
  graph = await startGraph();
  threadId = (await askRest(graph.localUrl, '/threads', {})).id;
});
afterEach(() => {
  graph.upstream.intercept = undefined;
});
afterAll(() => graph.close());

/** Sends a query on a socket of its own, which the test may destroy. */
function sendAlone(query: string): ClientRequest {
  const client = request(graph.url, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json' },
  });
  client.on('error', () => undefined);
  client.end(JSON.stringify({ query }));
  return client;
}

/** Holds back the answers to an operation, and gives them in the order in which they are due. */
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

const created = JSON.stringify({ id: 'thread_1', created_at: 1_700_000_000, metadata: {} });

test('a client that goes away takes its read with it', async () => {
  const next = hold('getThread');
  const client = sendAlone(`{ thread(id: "${threadId}") { createdAt } }`);
  const response = await next();
  client.destroy();
  await once(response, 'close');
  expect(response.writableEnded).toBe(false);
});

test('a client that goes away takes no write with it, nor the writes that were to follow', async () => {
  const next = hold('createThread');
  const client = sendAlone(
    'mutation { a: createThread { thread { id } } b: createThread { thread { id } } }',
  );
  const first = await next();
  await new Promise((resolve) => client.on('close', resolve).destroy());
  // By the time that another request is answered, the server has seen the first client go.
  await graph.data('{ __typename }', {});
  expect(first.closed).toBe(false);
  first.end(created);
  const second = await next();
  second.end(created);
  await once(second, 'finish');
});

test('a mutation whose client has gone stops reading, and still writes', async () => {
  const next = hold('listMessages');
  const client = sendAlone(
    'mutation { a: createThread { thread { messages { nodes { id } } } } b: createThread { thread { id } } }',
  );
  const reading = await next();
  const nextWrite = hold('createThread');
  client.destroy();
  await once(reading, 'close');
  const second = await nextWrite();
  second.end(created);
  await once(second, 'finish');
});
