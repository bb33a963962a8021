import { createHash } from 'node:crypto';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Graph, startGraph } from '../support/graph.ts';
import { errorsIn, type HttpResult, sendHttp } from '../support/http.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph({ MAX_TOKENS: '50', MAX_DOCUMENT: '1000' });
});
afterAll(() => graph.close());

let count = 0;
/** A document that no other test sends. */
const newQuery = () => `{ __typename } # ${++count}`;
const hashOf = (query: string) => createHash('sha256').update(query).digest('hex');
const extensionsFor = (query: string) => ({ persistedQuery: { version: 1, sha256Hash: hashOf(query) } });

interface Params {
  readonly query?: unknown;
  readonly extensions?: unknown;
}

const post = (params: Params, { url } = graph, accept = 'application/json') =>
  sendHttp(url, {
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify(params),
  });

const get = (params: Params) => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    search.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return sendHttp(graph.url, {
    method: 'GET',
    search: `?${search}`,
    headers: { accept: 'application/json' },
  });
};

const notFound = [{ code: 'PERSISTED_QUERY_NOT_FOUND', message: 'PersistedQueryNotFound' }];
const dataIn = ({ text }: HttpResult) => JSON.parse(text).data;

describe.each([
  ['POST', post],
  ['GET', get],
])('%s with the hash of a document', (_, send) => {
  test('needs its text once', async () => {
    const query = newQuery();
    const extensions = extensionsFor(query);
    const unknown = await send({ extensions });
    expect({ status: unknown.status, errors: errorsIn(unknown.text) }).toEqual({
      status: 200,
      errors: notFound,
    });
    expect(unknown.headers['cache-control']).toBe('no-store');
    expect(dataIn(await send({ query, extensions }))).toEqual({ __typename: 'Query' });
    expect(dataIn(await send({ extensions }))).toEqual({ __typename: 'Query' });
  });
});

test('the status of an unknown hash is 400 for clients that read errors at any status', async () => {
  const extensions = extensionsFor(newQuery());
  const { status, text } = await post({ extensions }, graph, 'application/graphql-response+json');
  expect({ status, errors: errorsIn(text) }).toEqual({ status: 400, errors: notFound });
});

test('a hash is kept only with its own text', async () => {
  const query = newQuery();
  const { text } = await post({ query: newQuery(), extensions: extensionsFor(query) });
  expect(errorsIn(text)).toEqual([
    {
      code: 'BAD_USER_INPUT',
      message: '`extensions.persistedQuery.sha256Hash` must be the SHA-256 hash of `query`',
    },
  ]);
  expect(errorsIn((await post({ extensions: extensionsFor(query) })).text)).toEqual(notFound);
});

test.each([
  ['another version', { version: 2, sha256Hash: hashOf('') }, 'version` must be 1'],
  ['no version', { sha256Hash: hashOf('') }, 'version` must be 1'],
  ['no hash', { version: 1 }, 'sha256Hash` must be a SHA-256 hash'],
  ['a hash in capitals', { version: 1, sha256Hash: hashOf('').toUpperCase() }, 'lowercase'],
  ['a number', 5, 'version` must be 1'],
])('%s is refused', async (_, persistedQuery, message) => {
  for (const query of [undefined, '{ __typename }']) {
    const { text } = await post({ query, extensions: { persistedQuery } });
    expect(errorsIn(text)).toEqual([{ code: 'BAD_USER_INPUT', message: expect.stringContaining(message) }]);
  }
});

test.each([
  ['no hash', { query: '{ __typename }', extensions: { persistedQuery: null } }],
  ['other extensions', { query: '{ __typename }', extensions: { trace: 1 } }],
])('a request with %s is a request like any other', async (_, params) => {
  expect(dataIn(await post(params))).toEqual({ __typename: 'Query' });
});

test.each([
  ['a query that is no text', { query: 5, extensions: extensionsFor('5') }],
  ['extensions that are a list', { extensions: [extensionsFor('5')] }],
])('%s is refused', async (_, params) => {
  expect(errorsIn((await post(params)).text)).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
});

describe('the limits on documents apply', () => {
  test('to the length of a text, which is not kept then', async () => {
    const query = `${newQuery()}${' '.repeat(1000)}`;
    const extensions = extensionsFor(query);
    const { text } = await post({ query, extensions });
    expect(errorsIn(text)).toMatchObject([
      { code: 'BAD_USER_INPUT', message: expect.stringContaining('1000') },
    ]);
    expect(errorsIn((await post({ extensions })).text)).toEqual(notFound);
  });

  test('to the tokens, with the text and with the hash alone', async () => {
    const query = `{ ${'__typename '.repeat(60)}}`;
    const extensions = extensionsFor(query);
    for (const params of [{ query, extensions }, { extensions }]) {
      expect(errorsIn((await post(params)).text)).toMatchObject([{ code: 'GRAPHQL_PARSE_FAILED' }]);
    }
  });

  test('to mutations, which a GET cannot send', async () => {
    const query = 'mutation { createThread { thread { id } } }';
    const extensions = extensionsFor(query);
    expect(dataIn(await post({ query, extensions })).createThread).not.toBeNull();
    graph.upstream.calls.length = 0;
    expect((await get({ extensions })).status).toBe(405);
    expect(graph.upstream.calls).toEqual([]);
  });
});

describe('on a WebSocket, the hash of a document', () => {
  test('needs its text once', async () => {
    const client = createClient({ url: graph.url.replace('http', 'ws'), webSocketImpl: WebSocket });
    onTestFinished(() => client.dispose());
    const send = (query: string, extensions: Record<string, unknown>) =>
      new Promise((resolve) =>
        client.subscribe({ query, extensions }, { next: resolve, error: resolve, complete: () => {} }),
      );
    const query = newQuery();
    const extensions = extensionsFor(query);
    expect(await send('', extensions)).toEqual([
      { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } },
    ]);
    expect(await send(query, extensions)).toEqual({ data: { __typename: 'Query' } });
    expect(await send('', extensions)).toEqual({ data: { __typename: 'Query' } });
    expect(dataIn(await post({ extensions }))).toEqual({ __typename: 'Query' });
  });
});

describe('what is kept', () => {
  /** Which of the documents are known. The first is used again after it was sent. */
  async function known(settings: Record<string, string>, queries: readonly string[]): Promise<boolean[]> {
    const small = await startGraph(settings);
    onTestFinished(small.close);
    const [first = ''] = queries;
    for (const query of queries) {
      await post({ query, extensions: extensionsFor(query) }, small);
      await post({ extensions: extensionsFor(first) }, small);
    }
    const results = [];
    for (const query of queries) results.push(await post({ extensions: extensionsFor(query) }, small));
    return results.map((result) => dataIn(result) !== undefined);
  }

  test('is bounded in number, and what was used last stays', async () => {
    const queries = [newQuery(), newQuery(), newQuery(), newQuery()];
    expect(await known({ MAX_PERSISTED_QUERIES: '3' }, queries)).toEqual([true, false, true, true]);
  });

  test('is bounded in bytes', async () => {
    const queries = ['1', '2', '3', '4'].map((digit) => `{ __typename } # ${digit.repeat(83)}`);
    expect(queries[0]).toHaveLength(100);
    expect(await known({ MAX_PERSISTED_BYTES: '600' }, queries)).toEqual([true, false, true, true]);
    expect(await known({ MAX_PERSISTED_BYTES: '599' }, queries)).toEqual([true, false, false, true]);
    expect(await known({ MAX_PERSISTED_BYTES: '199' }, queries)).toEqual([false, false, false, false]);
  });

  test('is nothing if the setting is 0, and clients are told to send texts', async () => {
    const off = await startGraph({ MAX_PERSISTED_QUERIES: '0' });
    onTestFinished(off.close);
    const query = newQuery();
    const extensions = extensionsFor(query);
    const notSupported = [{ code: 'PERSISTED_QUERY_NOT_SUPPORTED', message: 'PersistedQueryNotSupported' }];
    expect(errorsIn((await post({ extensions }, off)).text)).toEqual(notSupported);
    expect(dataIn(await post({ query, extensions }, off))).toEqual({ __typename: 'Query' });
    expect(errorsIn((await post({ extensions }, off)).text)).toEqual(notSupported);
  });
});
