/** Subscriptions over server-sent events, each with a request of its own (the distinct connections mode of graphql-sse). */
import { once } from 'node:events';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { errorsIn, postOperation, sendHttp } from '../support/http.ts';
import { poll } from '../support/poll.ts';
import { callRest } from '../support/world.ts';
import { startFollowing, startRun } from './support/following.ts';
import { requestEvents } from './support/raw-sse.ts';
import { startScriptedRun } from './support/scripted-run.ts';

const accept = { accept: 'text/event-stream' };
const json = { 'content-type': 'application/json' };

test('GET and POST give the same stream, which browsers read as it is', async () => {
  const following = await startFollowing();
  const { id, turn } = await startRun(following);
  turn.write('Hello');
  turn.finish();
  const { url } = following.graph;
  const query = `subscription { runEvents(id: "${id}") { __typename } }`;
  const [get, post] = await Promise.all([
    sendHttp(url, { method: 'GET', search: `?query=${encodeURIComponent(query)}`, headers: accept }),
    postOperation(url, { query }, accept),
  ]);
  for (const { status, headers, text } of [get, post]) {
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    const events = text.split('\n\n').filter((event) => !event.startsWith(':') && event !== '');
    expect(events[0]).toBe('event: next\ndata: {"data":{"runEvents":{"__typename":"RunStatusChanged"}}}');
    expect(events.at(-1)).toBe('event: complete\ndata:');
  }
});

test('variables and the name of the operation may be in the URL', async () => {
  const following = await startFollowing();
  const { id, turn } = await startRun(following);
  turn.finish();
  const query = 'subscription A($id: ID!) { runStatus(id: $id) { status } } query B { __typename }';
  const params = new URLSearchParams({ query, variables: JSON.stringify({ id }), operationName: 'A' });
  const { text } = await sendHttp(following.graph.url, {
    method: 'GET',
    search: `?${params}`,
    headers: accept,
  });
  expect(text).toContain('{"data":{"runStatus":{"status":"COMPLETED"}}}');
});

test('a client of graphql-sse follows a run, and makes queries and mutations', async () => {
  const following = await startFollowing();
  const { id, threadId, turn } = await startRun(following);
  const client = createClient({ url: following.graph.url, retryAttempts: 0 });
  onTestFinished(() => client.dispose());
  const results: unknown[] = [];
  const subscription = client.iterate({ query: `subscription { runStatus(id: "${id}") { status } }` });
  for await (const { data } of subscription) {
    results.push(Object(data).runStatus.status);
    turn.finish();
  }
  expect(results).toEqual(['IN_PROGRESS', 'COMPLETED']);
  for await (const result of client.iterate({ query: `{ thread(id: "${threadId}") { restId } }` })) {
    expect(result).toEqual({ data: { thread: { restId: threadId } } });
  }
  for await (const result of client.iterate({ query: 'mutation { createThread { thread { restId } } }' })) {
    expect(result.errors).toBeUndefined();
  }
});

test('while nothing happens, a comment comes now and then', async () => {
  const following = await startFollowing();
  const { id } = await startRun(following);
  const { response } = requestEvents(
    following.graph.url,
    `subscription { runStatus(id: "${id}") { status } }`,
  );
  const stream = (await response).setEncoding('utf8');
  let text = '';
  // The interval of yoga in tests is shorter.
  while (!/event: next\n.*\n\n:\n\n:\n\n/.test(text)) text += (await once(stream, 'data'))[0];
  expect(text).toMatch(/^:\n\n/);
});

describe('a subscription that cannot start', () => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await startGraph({ MAX_CALLS: '20' });
  });
  afterAll(() => graph.close());

  test.each([
    ['cannot be parsed', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['is not valid', 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['names no run', 'subscription { runStatus(id: "a") { status } }', 'BAD_USER_INPUT'],
    ['names a run that does not exist', 'subscription { runStatus(id: "a/b") { status } }', 'NOT_FOUND'],
    [
      'could cost too much',
      'subscription { runStatus(id: "a/b") { steps(first: 30) { nodes { assistant { name } } } } }',
      'QUERY_TOO_EXPENSIVE',
    ],
  ])('because it %s gives its errors as its only result', async (_, query, code) => {
    const { status, headers, text } = await postOperation(graph.url, { query }, accept);
    // Browsers show nothing of a response with another status.
    expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: 'text/event-stream' });
    const [, data = ''] = /^:\n\nevent: next\ndata: (.*)\n\nevent: complete\ndata:\n\n$/.exec(text) ?? [];
    expect(errorsIn(data)).toMatchObject([{ code }]);
    const client = createClient({ url: graph.url, retryAttempts: 0 });
    for await (const result of client.iterate({ query })) {
      expect(result.errors).toMatchObject([{ extensions: { code } }]);
    }
    client.dispose();
  });

  test.each([
    ['a body that is not JSON', json, '{', 400],
    ['a body of another type', { 'content-type': 'text/plain' }, '{}', 415],
    ['a list of operations', json, '[{"query":"{ __typename }"}]', 400],
  ])('because of %s has a status that says so', async (_, headers, body, status) => {
    const response = await sendHttp(graph.url, { headers: { ...headers, ...accept }, body });
    expect(response.status).toBe(status);
    expect(response.text).toContain('{"errors":[{"message":');
  });

  test('because the client does not read event streams is refused before anything is sent', async () => {
    const { id: threadId } = await callRest(graph.localUrl, '/threads', {});
    const query = `subscription { runStatus(id: "${threadId}/run") { status } }`;
    graph.upstream.calls.length = 0;
    for (const [type, expected] of [
      // Clients of this type do not read the body if the status is not 200.
      ['application/json', 200],
      ['application/json, text/plain, */*', 200],
      ['*/*', 200],
      ['application/graphql-response+json', 406],
      ['text/event-stream;charset=x, application/graphql-response+json', 406],
    ] as const) {
      const { status, text } = await postOperation(graph.url, { query }, { accept: type });
      expect({ type, status, errors: errorsIn(text) }).toMatchObject({
        status: expected,
        errors: [{ code: 'BAD_USER_INPUT', message: expect.stringContaining('text/event-stream') }],
      });
    }
    for (const type of ['multipart/mixed', 'image/png']) {
      expect((await postOperation(graph.url, { query }, { accept: type })).status).toBe(406);
    }
    expect(graph.upstream.calls).toEqual([]);
    expect(graph.counts()).toMatchObject({ subscriptions: 0, followers: 0 });
  });

  test.each(['text/*', 'application/json, text/event-stream', 'TEXT/Event-Stream;q=0.9'])(
    'is not one whose client accepts %s',
    async (type) => {
      const query = 'subscription { runStatus(id: "a/b") { status } }';
      const { text } = await postOperation(graph.url, { query }, { accept: type });
      expect(text).toContain('NOT_FOUND');
    },
  );
});

test('a client that reads slowly gets fewer and longer pieces, and all of the text', async () => {
  const { graph } = await startFollowing();
  const run = await startScriptedRun(graph);
  // More than the system takes for a client that does not read.
  const copies = Array.from({ length: 20 }, (_, index) => `copy${index}: text`).join(' ');
  const query = `subscription { runEvents(id: "${run.id}") { ... on MessageDelta { offset text ${copies} } } }`;
  const { response } = requestEvents(graph.url, query);
  const stream = await response;
  stream.pause();
  run.setStatus('in_progress');
  run.beginMessage();
  for (let count = 0; count < 3_000; count++) run.write('x'.repeat(200));
  run.finish();
  await poll(
    async () => graph.counts(),
    ({ streams }) => streams === 0,
  );
  let events = '';
  for await (const chunk of stream.setEncoding('utf8')) events += chunk;
  const deltas = [...events.matchAll(/"offset":(\d+),"text":"(x*)"/g)];
  expect(deltas.length).toBeLessThan(2_000);
  const text = deltas.reduce((before, [, offset, added]) => before.slice(0, Number(offset)) + added, '');
  expect(text === 'x'.repeat(600_000)).toBe(true);
  expect(events).toMatch(/event: complete\ndata:\n\n$/);
});
