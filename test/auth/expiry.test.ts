/** What lasts longer than the token of its client ends with it, in a way that clients understand. */
import { createParser } from 'eventsource-parser';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { connect } from '../events/support/raw-socket.ts';
import { codeBlocks } from '../support/doc-page.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { hold } from '../support/hold.ts';
import { callRest, createWaitingRun } from '../support/world.ts';
import { type Issuer, settingsFor, startIssuer } from './support/issuer.ts';

let issuer: Issuer;
let graph: Graph;
let id: string;
beforeAll(async () => {
  issuer = await startIssuer();
  graph = await startGraph(settingsFor(issuer));
  const tools = [{ type: 'function', function: { name: 'alpha' } }];
  const assistant = await callRest(graph.localUrl, '/assistants', { model: 'offline', tools });
  const run = await createWaitingRun(graph.localUrl, assistant.id);
  id = `${run.thread_id}/${run.id}`;
});
afterAll(async () => {
  await graph.close();
  await issuer.close();
});

/** Valid for one to two seconds. */
const shortToken = () => issuer.token({ exp: Math.floor(Date.now() / 1000) + 2 });
const subscription = 'subscription ($id: ID!) { runStatus(id: $id) { status } }';

test('a WebSocket is closed with 4403 when the token expires, without completing its subscriptions', async () => {
  const authorization = `Bearer ${await shortToken()}`;
  const socket = await connect(graph.url, { authorization });
  socket.subscribe('1', subscription, { id });
  expect(await socket.next()).toMatchObject({ type: 'next' });
  expect(await socket.closed).toEqual([4403, 'The token has expired']);
  expect(socket.unread).toBe(0);
  await expect.poll(() => graph.counts().subscriptions).toBe(0);
});

test('a client of graphql-ws connects again with a new token, as docs/events.md says', async () => {
  const tokens = [await shortToken(), await issuer.token()];
  const currentToken = () => tokens.shift();
  const url = graph.url.replace('http', 'ws');
  const example = codeBlocks('docs/events.md', 'js').find((code) => code.includes('connectionParams')) ?? '';
  expect(example).toMatch(/authorization: `Bearer \S+ currentToken\(\)}` }\)/);
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams: async () => ({ authorization: `Bearer ${await currentToken()}` }),
  });
  const statuses: unknown[] = [];
  for await (const { data } of client.iterate({ query: subscription, variables: { id } })) {
    statuses.push(data?.runStatus);
    if (statuses.length === 2) break;
  }
  await client.dispose();
  expect(statuses).toEqual([{ status: 'REQUIRES_ACTION' }, { status: 'REQUIRES_ACTION' }]);
  expect(tokens).toEqual([]);
});

test('a mutation that is under way when the token expires is answered before the socket is closed', async () => {
  const authorization = `Bearer ${await shortToken()}`;
  const socket = await connect(graph.url, { authorization });
  const held = hold(graph, ({ method }) => method === 'POST');
  socket.subscribe('events', subscription, { id });
  expect(await socket.next()).toMatchObject({ id: 'events', type: 'next' });
  socket.subscribe('write', 'mutation { createThread { thread { id } } }');
  await held.arrived(1);
  let late: unknown;
  for (let number = 0; late === undefined; number++) {
    socket.subscribe(`late-${number}`, '{ __typename }');
    let message = await socket.next();
    while (message.type === 'next') message = await socket.next();
    if (message.type === 'error') late = message.payload;
  }
  expect(late).toEqual([{ message: 'The token has expired', extensions: { code: 'UNAUTHENTICATED' } }]);
  held.release();
  let message = await socket.next();
  while (message.id !== 'write') message = await socket.next();
  expect(message).toMatchObject({ id: 'write', type: 'next', payload: { data: { createThread: {} } } });
  expect(await socket.closed).toEqual([4403, 'The token has expired']);
});

test('an event stream ends with an error when the token expires', async () => {
  const response = await fetch(graph.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${await shortToken()}`,
    },
    body: JSON.stringify({ query: subscription, variables: { id } }),
  });
  const events: unknown[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => events.push(event === 'complete' ? event : JSON.parse(data)),
  });
  parser.feed(await response.text());
  expect(events).toEqual([
    { data: { runStatus: { status: 'REQUIRES_ACTION' } } },
    { data: null, errors: [{ message: 'The token has expired', extensions: { code: 'UNAUTHENTICATED' } }] },
    'complete',
  ]);
  expect(graph.counts().subscriptions).toBe(0);
});

test('a token that is valid for a century ends nothing', async () => {
  const authorization = `Bearer ${await issuer.token({ exp: Math.floor(Date.now() / 1000) + 3_155_760_000 })}`;
  const socket = await connect(graph.url, { authorization });
  socket.subscribe('1', subscription, { id });
  expect(await socket.next()).toMatchObject({ type: 'next' });
  socket.subscribe('2', '{ __typename }');
  expect(await socket.next()).toMatchObject({ id: '2', type: 'next' });
});
