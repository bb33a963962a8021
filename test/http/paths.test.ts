/** Requests with JSON are responded to without yoga. With a query in the URL, yoga responds: the response is the same. */
import { pino } from 'pino';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { type HttpRequest, sendHttp } from '../support/http.ts';

const json = { 'content-type': 'application/json' };
/** Of a REST call. */
const REQUEST_ID = /"requestId":"[^"]*"/;
const FRIEND = 'https://app.example.com';
const logged: object[] = [];

let graph: Graph;
let assistant: string;
beforeAll(async () => {
  graph = await startGraph(
    { CORS_ORIGINS: FRIEND, MAX_BODY: '200000', MAX_ANSWER: '300000', SHOW_UPSTREAM_CALLS: 'on' },
    { log: pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) }) },
  );
  const create = `mutation { createAssistant(input: { model: "offline", instructions: "${'é'.repeat(30_000)}" })
    { assistant { restId } } }`;
  const { createAssistant } = await graph.data<
    { createAssistant: { assistant: { restId: string } } },
    object
  >(create);
  assistant = createAssistant.assistant.restId;
  return () => graph.close();
});

/** The response to a request, and the entry about it in the log. */
async function send(search: string, request: HttpRequest) {
  logged.length = 0;
  const { status, headers, text } = await sendHttp(graph.url, { ...request, search });
  const { date: _date, 'x-request-id': requestId, ...others } = headers;
  await expect.poll(() => logged).toContainEqual(expect.objectContaining({ requestId, msg: 'request' }));
  const {
    time: _time,
    requestId: _id,
    ms: _ms,
    pid: _pid,
    ...entry
  } = Object(logged.find((each) => Object(each).requestId === requestId));
  return { status, headers: others, text: text.replace(REQUEST_ID, ''), entry };
}

const post = (body: unknown, headers: Record<string, string> = {}): HttpRequest => ({
  headers: { ...json, ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
/** A query in the URL, which makes yoga respond. A `?` alone would do, but Node does not send it. */
const YOGA = '?through=yoga';
const TYPENAME = { query: 'query Name { __typename }' };
const graphqlResponse = { accept: 'application/graphql-response+json' };

test.each<[string, () => HttpRequest]>([
  ['a query', () => post(TYPENAME)],
  [
    'a query with variables',
    () => post({ query: 'query ($id: ID!) { assistant(id: $id) { model } }', variables: { id: assistant } }),
  ],
  ['a client that accepts anything', () => post(TYPENAME, { accept: '*/*' })],
  ['a client that accepts GraphQL responses', () => post(TYPENAME, graphqlResponse)],
  [
    'a client that accepts all that there is',
    () => post(TYPENAME, { accept: 'application/json, text/event-stream, multipart/mixed' }),
  ],
  [
    'a client that wants the calls',
    () => post({ query: `{ assistant(id: "${assistant}") { model } }` }, { 'x-show-upstream-calls': '1' }),
  ],
  ['a page of another origin', () => post(TYPENAME, { origin: FRIEND })],
  [
    'a long response',
    () =>
      post({
        query: `{ assistant(id: "${assistant}") { a: instructions b: instructions c: instructions } }`,
      }),
  ],
  [
    'a response that is too long',
    () =>
      post({
        query: `{ assistant(id: "${assistant}") { a: instructions b: instructions c: instructions d: instructions e: instructions f: instructions } }`,
      }),
  ],
  ['an object that does not exist', () => post({ query: '{ assistant(id: "asst_none") { model } }' })],
  ['a syntax error', () => post({ query: '{ __typename' }, graphqlResponse)],
  ['a syntax error, as JSON', () => post({ query: '{ __typename' })],
  ['a field that does not exist', () => post({ query: '{ nothing }' }, graphqlResponse)],
  ['a field that does not exist, as JSON', () => post({ query: '{ nothing }' })],
  [
    'a variable that is missing',
    () => post({ query: 'query ($id: ID!) { assistant(id: $id) { model } }' }, graphqlResponse),
  ],
  [
    'a variable that is missing, as JSON',
    () => post({ query: 'query ($id: ID!) { assistant(id: $id) { model } }' }),
  ],
  ['an operation that is not in the document', () => post({ ...TYPENAME, operationName: 'Other' })],
  [
    'an operation that could cost too much',
    () => post({ query: '{ assistants(first: 21) { nodes { files { nodes { id } } } } }' }, graphqlResponse),
  ],
  [
    'a hash of an unknown document',
    () => post({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }),
  ],
  ['no query', () => post({})],
  ['null in place of an object', () => post('null')],
  ['a number in place of an object', () => post('5')],
  ['a text in place of an object', () => post('"{ __typename }"')],
  ['another member', () => post({ ...TYPENAME, other: 1 })],
  ['members of other types', () => post({ query: 5 })],
  ['no JSON', () => post('{')],
  ['a body that is too long', () => post('x'.repeat(200_001))],
  ['too many values', () => post(`{"variables":{"a":[${'1,'.repeat(1000)}1]}}`)],
  ['a list of operations', () => post([TYPENAME, TYPENAME])],
  ['another type', () => ({ headers: { 'content-type': 'text/plain' }, body: '{}' })],
  [
    'a subscription whose client reads JSON only',
    () => post({ query: 'subscription { runStatus(id: "a/b") { status } }' }),
  ],
])('%s', async (_, request) => {
  const direct = await send('', request());
  const throughYoga = await send(YOGA, request());
  expect(direct).toEqual(throughYoga);
});

describe('with keys', () => {
  test.each([
    ['no key', {}],
    ['a wrong key', { authorization: 'Bearer wrong-key-0123456789' }],
    ['more requests than allowed', { authorization: 'Bearer key-0123456789-0123456789' }],
  ])('%s', async (_, headers) => {
    const env = { AUTH: 'key', AUTH_KEYS: 'web=key-0123456789-0123456789', MAX_REQUESTS_PER_MINUTE: '1' };
    const closed = await startGraph(env, { now: () => 0 });
    onTestFinished(closed.close);
    const responseOf = async (search: string) => {
      const {
        status,
        headers: received,
        text,
      } = await sendHttp(closed.url, { ...post(TYPENAME, headers), search });
      const { date: _date, 'x-request-id': _id, ...others } = received;
      return { status, headers: others, text };
    };
    if ('authorization' in headers) await responseOf('');
    const direct = await responseOf('');
    expect(direct.status).toBeGreaterThan(400);
    expect(direct).toEqual(await responseOf(YOGA));
  });
});
