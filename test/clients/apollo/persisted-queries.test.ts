import { createHash } from 'node:crypto';
import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { graphql } from '../gql-tada/graphql.ts';
import { createRecorder } from '../recorder.ts';
import { type Server, startServer } from '../server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const ReadNewest = graphql('query ReadNewest { assistants(first: 1, order: DESC) { edges { cursor } } }');
const ReadOldest = graphql('query ReadOldest { assistants(first: 1, order: ASC) { edges { cursor } } }');

function createClient({ url }: Server, useGETForHashedQueries: boolean) {
  const { requests, fetch } = createRecorder();
  const persisted = new PersistedQueryLink({
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    useGETForHashedQueries,
  });
  const link = persisted.concat(new HttpLink({ uri: url, fetch }));
  return { requests, client: new ApolloClient({ cache: new InMemoryCache(), link }) };
}

test.each([
  ['POST', false, ReadNewest],
  ['GET', true, ReadOldest],
])('a text is sent once for all clients, and then its hash with %s', async (method, usesGet, query) => {
  for (const expected of [[`${method} hash`, 'POST hash text'], [`${method} hash`]]) {
    const { client, requests } = createClient(server, usesGet);
    // It rejects if there is an error.
    await client.query({ query });
    expect(requests).toEqual(expected);
  }
});

test('a link whose server keeps no texts stops sending hashes', async () => {
  const forgetful = await startServer({ MAX_PERSISTED_QUERIES: '0' });
  onTestFinished(forgetful.close);
  const { client, requests } = createClient(forgetful, false);
  await client.query({ query: ReadNewest });
  await client.query({ query: ReadOldest });
  expect(requests).toEqual(['POST hash', 'POST text', 'POST text']);
});
