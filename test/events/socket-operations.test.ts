/** Queries and mutations on a WebSocket, within the limits of those over HTTP. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CreateThreadDocument } from '../generated/operations.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { hold } from '../support/hold.ts';
import { callRest } from '../support/world.ts';
import { connect, type RawSocket } from './support/raw-socket.ts';
import { overWebSocket } from './support/subscribe.ts';

let graph: Graph;
let socket: RawSocket;
let threadId: string;
beforeAll(async () => {
  const limits = { MAX_DEPTH: '6', MAX_ALIASES: '5', MAX_TOKENS: '90', MAX_CALLS: '20', MAX_ANSWER: '500' };
  graph = await startGraph({ ...limits, INTROSPECTION: 'off' });
  threadId = (await callRest(graph.localUrl, '/threads', {})).id;
});
afterEach(() => {
  graph.upstream.intercept = undefined;
});
afterAll(() => graph.close());

let ids = 0;

/** The messages about one operation, up to the last. */
async function exchange(query: string, { payload = {}, params = {} } = {}): Promise<object[]> {
  socket = await connect(graph.url, params);
  const id = String(ids++);
  socket.send({ type: 'subscribe', id, payload: { query, ...payload } });
  const messages = [await socket.next()];
  while (messages.at(-1)?.type === 'next') messages.push(await socket.next());
  return messages;
}

test('a query is answered with one result', async () => {
  const query = 'query Read($id: ID!) { thread(id: $id) { restId } } query Other { __typename }';
  const messages = await exchange(query, { payload: { variables: { id: threadId }, operationName: 'Read' } });
  expect(messages).toMatchObject([
    { type: 'next', payload: { data: { thread: { restId: threadId } } } },
    { type: 'complete' },
  ]);
});

test('a mutation is carried out once', async () => {
  graph.upstream.calls.length = 0;
  const thread = overWebSocket(graph.url, CreateThreadDocument, { input: {} });
  const [result, ...others] = await thread.rest();
  expect(others).toEqual([]);
  const created = result?.data?.createThread?.thread.restId;
  expect(await callRest(graph.localUrl, `/threads/${created}`)).toMatchObject({ id: created });
  expect(graph.upstream.calls).toHaveLength(1);
});

const nested = '{ thread(id: "a") { messages { nodes { run { thread { messages { nodes { id } } } } } } } }';
const aliases = `{ ${Array.from({ length: 6 }, (_, index) => `a${index}: __typename`).join(' ')} }`;

describe('an operation is refused that', () => {
  test.each([
    ['cannot be parsed', '{', 'GRAPHQL_PARSE_FAILED', 'error'],
    ['is not valid', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED', 'error'],
    ['nests too deeply', nested, 'GRAPHQL_VALIDATION_FAILED', 'error'],
    ['has too many aliases', aliases, 'GRAPHQL_VALIDATION_FAILED', 'error'],
    ['has too many tokens', `{ ${'__typename '.repeat(90)} }`, 'GRAPHQL_PARSE_FAILED', 'error'],
    ['asks for the schema', '{ __schema { __typename } }', 'GRAPHQL_VALIDATION_FAILED', 'error'],
    [
      'could cost too much',
      '{ assistants(first: 21) { nodes { files { nodes { id } } } } }',
      'QUERY_TOO_EXPENSIVE',
      'next',
    ],
    ['lacks a variable', 'query ($id: ID!) { thread(id: $id) { id } }', 'BAD_USER_INPUT', 'next'],
    [
      'is not in the document',
      'query A { __typename } query B { __typename }',
      'OPERATION_RESOLUTION_FAILURE',
      'error',
    ],
  ])('%s, as over HTTP', async (_, query, code, type) => {
    graph.upstream.calls.length = 0;
    const [message] = await exchange(query);
    const overHttp = await graph.send(query, undefined, { accept: 'application/graphql-response+json' });
    const errors = type === 'error' ? Object(message).payload : Object(message).payload.errors;
    expect(message).toMatchObject({ type });
    expect(errors).toEqual(overHttp.errors);
    expect(overHttp.status).toBe(400);
    expect(errors).toMatchObject([{ extensions: { code } }]);
    expect(graph.upstream.calls).toEqual([]);
  });
});

test('a subscription is refused of which an event could cost too much', async () => {
  graph.upstream.calls.length = 0;
  const [message] = await exchange(
    'subscription { runStatus(id: "t/r") { steps(first: 30) { nodes { assistant { name } } } } }',
  );
  expect(message).toMatchObject({
    type: 'next',
    payload: { errors: [{ extensions: { code: 'QUERY_TOO_EXPENSIVE', cost: { calls: 38 } } }] },
  });
  expect(graph.upstream.calls).toEqual([]);
});

test('an answer that is too long is refused', async () => {
  const thread = await callRest(graph.localUrl, '/threads', { metadata: { long: 'x'.repeat(500) } });
  const [message] = await exchange(`{ thread(id: "${thread.id}") { metadata } }`);
  expect(message).toMatchObject({
    type: 'next',
    payload: { data: null, errors: [{ extensions: { code: 'QUERY_TOO_EXPENSIVE' } }] },
  });
});

test('an upstream error is shown as over HTTP, and nothing else of it', async () => {
  graph.upstream.intercept = (_call, response) => {
    response
      .writeHead(401)
      .end(JSON.stringify({ error: { message: 'Incorrect API key: key', secret: 'key' } }));
    return true;
  };
  const query = '{ thread(id: "t") { createdAt } }';
  const [message] = await exchange(query);
  const { data, errors } = await graph.send(query);
  expect(message).toMatchObject({ type: 'next', payload: { data, errors } });
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
});

describe('x-show-upstream-calls in connection_init', () => {
  test('shows what a query and a mutation have cost', async () => {
    const params = { 'x-show-upstream-calls': '1' };
    expect(await exchange(`{ thread(id: "${threadId}") { createdAt } }`, { params })).toMatchObject([
      { payload: { extensions: { upstream: { calls: 1, cost: { calls: 1, nodes: 1 } } } } },
      { type: 'complete' },
    ]);
    expect(await exchange('mutation { createThread { thread { id } } }', { params })).toMatchObject([
      { payload: { extensions: { upstream: { calls: 1 } } } },
      { type: 'complete' },
    ]);
  });

  test('shows nothing unless it is 1', async () => {
    const [message] = await exchange('{ __typename }', { params: { 'x-show-upstream-calls': 1 } });
    expect(message).toEqual({
      type: 'next',
      id: expect.any(String),
      payload: { data: { __typename: 'Query' } },
    });
  });
});

test('operations on one socket run side by side', async () => {
  const { id } = await callRest(graph.localUrl, '/threads', {});
  const one = await connect(graph.url);
  const held = hold(graph, ({ operation }) => operation === 'getThread');
  one.subscribe('slow', `{ thread(id: "${id}") { createdAt } }`);
  await held.arrived(1);
  one.subscribe('quick', '{ __typename }');
  expect(await one.next()).toMatchObject({ type: 'next', id: 'quick' });
  expect(await one.next()).toMatchObject({ type: 'complete', id: 'quick' });
  held.release();
  expect(await one.next()).toMatchObject({ type: 'next', id: 'slow' });
});

test('a query that the client completes ends its reads and is not answered', async () => {
  const one = await connect(graph.url);
  const arrived = new Promise<ServerResponse>((resolve) => {
    graph.upstream.intercept = (_call, response) => {
      resolve(response);
      return true;
    };
  });
  one.subscribe('1', `{ thread(id: "${threadId}") { createdAt } }`);
  const response = await arrived;
  const closed = once(response, 'close');
  one.send({ type: 'complete', id: '1' });
  await closed;
  graph.upstream.intercept = undefined;
  one.subscribe('2', '{ __typename }');
  expect(await one.next()).toMatchObject({ type: 'next', id: '2' });
});
