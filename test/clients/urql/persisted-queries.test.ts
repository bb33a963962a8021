import { Client, fetchExchange } from '@urql/core';
import { type PersistedExchangeOptions, persistedExchange } from '@urql/exchange-persisted';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { graphql } from '../gql-tada/graphql.ts';
import { Latest } from '../latest.ts';
import { startRun } from '../objects.ts';
import { createRecorder } from '../recorder.ts';
import { type Server, startServer } from '../server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const ReadNewest = graphql('query ReadNewest { assistants(first: 1, order: DESC) { edges { cursor } } }');
const ReadOldest = graphql('query ReadOldest { assistants(first: 1, order: ASC) { edges { cursor } } }');
const RunStatus = graphql('subscription RunStatus($id: ID!) { runStatus(id: $id) { id status } }');

function createClient({ url }: Server, options: PersistedExchangeOptions) {
  const { requests, fetch } = createRecorder();
  const exchanges = [persistedExchange(options), fetchExchange];
  return { requests, client: new Client({ url, exchanges, fetch, fetchSubscriptions: true }) };
}

test.each([
  ['POST', { preferGetForPersistedQueries: false }, ReadNewest],
  ['GET', { preferGetForPersistedQueries: true }, ReadOldest],
])('a text is sent once for all clients, and then its hash with %s', async (method, options, query) => {
  for (const expected of [[`${method} hash`, `${method} hash text`], [`${method} hash`]]) {
    const { client, requests } = createClient(server, options);
    const { error } = await client.query(query, {});
    expect(error).toBeUndefined();
    expect(requests).toEqual(expected);
  }
});

test('a subscription over server-sent events is sent as a hash too', async () => {
  const id = await startRun(server.url);
  const subscribe = async () => {
    const { client, requests } = createClient(server, { enableForSubscriptions: true });
    const status = new Latest<unknown>();
    const subscription = client
      .subscription(RunStatus, { id })
      .subscribe(({ data, error }) => status.show(error ?? data?.runStatus?.status));
    onTestFinished(subscription.unsubscribe);
    await status.until((shown) => shown === 'REQUIRES_ACTION');
    return requests;
  };
  // urql sends the text twice: it notices an error in an event stream once more at its end.
  expect((await subscribe()).slice(0, 2)).toEqual(['POST hash', 'POST hash text']);
  expect(await subscribe()).toEqual(['POST hash']);
});

test('an exchange whose server keeps no texts stops sending hashes', async () => {
  const forgetful = await startServer({ MAX_PERSISTED_QUERIES: '0' });
  onTestFinished(forgetful.close);
  const { client, requests } = createClient(forgetful, {});
  await client.query(ReadNewest, {});
  await client.query(ReadOldest, {});
  expect(requests).toEqual(['GET hash', 'GET text', 'GET text']);
});
