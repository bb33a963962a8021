import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { errorsIn, sendHttp } from '../support/http.ts';

const MAX_DOCUMENT = 9_000;
const MAX_CALLS = 150;

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph({ MAX_DOCUMENT: String(MAX_DOCUMENT), MAX_CALLS: String(MAX_CALLS) });
});
afterAll(() => graph.close());

const headers = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json',
};

async function post(body: string) {
  const { status, text } = await sendHttp(graph.url, { headers, body });
  return { status, errors: errorsIn(text) };
}

/** Sends an operation that must not reach the REST API. */
async function refused(query: string, variables: object) {
  graph.upstream.calls.length = 0;
  const { data, errors } = await graph.send(query, variables);
  expect(graph.upstream.calls).toEqual([]);
  return { data, errors: errors.map(({ message, extensions: { code } }) => ({ message, code })) };
}

const repeat = (count: number, item: string) => Array.from({ length: count }, () => item).join();

describe('the length of a document', () => {
  const document = (length: number) => '{ __typename } #'.padEnd(length, 'x');

  test('may be the maximum', async () => {
    const { errors } = await graph.send(document(MAX_DOCUMENT));
    expect(errors).toEqual([]);
  });

  test.each([
    ['a body', (query: string) => ({ headers, body: JSON.stringify({ query }) })],
    ['a URL', (query: string) => ({ method: 'GET', headers, search: `?query=${encodeURIComponent(query)}` })],
  ])('is rejected in %s at one character more', async (_, request) => {
    const { status, text } = await sendHttp(graph.url, request(document(MAX_DOCUMENT + 1)));
    expect(status).toBe(400);
    expect(errorsIn(text)).toEqual([
      { code: 'BAD_USER_INPUT', message: 'The document must be at most 9000 characters long' },
    ]);
  });
});

test('a document may have 200 fragments, but not one more', async () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `f${index}`);
  const query = (count: number) =>
    `{ ${names(count).map((name) => `...${name}`)} } ${names(count).map((name) => `fragment ${name} on Query{__typename}`)}`;
  const send = (count: number) => post(JSON.stringify({ query: query(count) }));
  expect(await send(200)).toEqual({ status: 200, errors: [] });
  const message = 'The document must have at most 200 fragments';
  expect(await send(201)).toEqual({ status: 400, errors: [{ code: 'BAD_USER_INPUT', message }] });
});

test('a document may select one name hundreds of times, but not often enough to take long to validate', async () => {
  const query = (count: number) => JSON.stringify({ query: `{ ${'__typename '.repeat(count)} }` });
  expect(await post(query(700))).toEqual({ status: 200, errors: [] });
  const message =
    'The document selects the same response names too often to be validated: select each field once';
  expect(await post(query(710))).toEqual({
    status: 400,
    errors: [{ code: 'GRAPHQL_VALIDATION_FAILED', message }],
  });
});

describe('a request body', () => {
  const body = (value: string) => `{"query":"{ __typename }","variables":{"v":${value}}}`;
  // 24 lists of 1000, and 28 values around them.
  const values = (count: number) =>
    body(`[${repeat(24, `[${repeat(1000, '0')}]`)},${repeat(count - 24_028, '0')}]`);
  const items = (count: number) => body(`[${repeat(count, 'null')}]`);
  const members = (count: number) =>
    body(`{${Array.from({ length: count }, (_, index) => `"m${index}":0`).join()}}`);
  const levels = (count: number) => body(`${'['.repeat(count - 2)}${']'.repeat(count - 2)}`);

  test.each([
    ['25000 values', values, 25_000],
    ['1000 items in one list or object', items, 1_000],
    ['1000 items in one list or object', members, 1_000],
    ['256 levels of nesting', levels, 256],
  ])('may have %s, and not one more', async (what, bodyOf, max) => {
    expect(await post(bodyOf(max))).toEqual({ status: 200, errors: [] });
    expect(await post(bodyOf(max + 1))).toEqual({
      status: 400,
      errors: [{ code: 'BAD_USER_INPUT', message: `The request body must have at most ${what}` }],
    });
  });

  test('may have any characters in its strings', async () => {
    const text = '[{,"\\ü\u{1f600}'.repeat(30_000);
    expect(await post(body(JSON.stringify(text)))).toEqual({ status: 200, errors: [] });
  });
});

describe('the number of IDs', () => {
  const aliases = (count: number) =>
    `query ($ids: [ID!]!) { ${Array.from({ length: count }, (_, index) => `a${index}: nodes(ids: $ids) { id }`).join(' ')} }`;
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `x${index}`);

  test('in all lists together may be the maximum number of calls', async () => {
    const { errors } = await graph.send(aliases(MAX_CALLS / 10), { ids: ids(10) });
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['BAD_USER_INPUT']));
  });

  test.each([
    ['invalid ones', 'x'],
    ['one that is repeated', 'VGhyZWFkOnRocmVhZF8x'],
  ])('may not be larger, even of %s', async (_, id) => {
    const query = `${aliases(MAX_CALLS / 10).slice(0, -1)} more: nodes(ids: ["${id}"]) { id } }`;
    expect(await refused(query, { ids: Array.from({ length: 10 }, () => id) })).toEqual({
      data: null,
      errors: [
        {
          code: 'QUERY_TOO_EXPENSIVE',
          message: 'This operation looks up more than 150 IDs: request fewer at a time',
        },
      ],
    });
  });
});

describe('a list that the REST API leaves unlimited', () => {
  const message = { content: 'Hello.' };
  const list = <T>(length: number, item: T) => Array.from({ length }, () => item);
  const newThread = (length: number) => ({ messages: list(length, message) });

  test.each([
    ['createThread', 'CreateThreadInput', newThread, 100, 'input.messages'],
    [
      'createThreadAndRun',
      'CreateThreadAndRunInput',
      (length: number) => ({ assistantId: 'asst_1', thread: newThread(length) }),
      100,
      'input.thread.messages',
    ],
    [
      'createRun',
      'CreateRunInput',
      (length: number) => ({
        threadId: 'thread_1',
        assistantId: 'asst_1',
        additionalMessages: list(length, message),
      }),
      100,
      'input.additionalMessages',
    ],
    [
      'submitToolOutputsToRun',
      'SubmitToolOutputsToRunInput',
      (length: number) => ({
        id: 'thread_1/run_1',
        toolOutputs: list(length, { toolCallId: 'call_1', output: '' }),
      }),
      128,
      'input.toolOutputs',
    ],
  ])('has a maximum in %s', async (field, type, input, max, argument) => {
    const query = `mutation ($input: ${type}!) { ${field}(input: $input) { __typename } }`;
    const allowed = await graph.callsDuring(() => graph.send(query, { input: input(max) }));
    expect(allowed).toEqual([field]);
    const { errors } = await refused(query, { input: input(max + 1) });
    expect(errors).toEqual([
      { code: 'BAD_USER_INPUT', message: `\`${argument}\` must have at most ${max} items` },
    ]);
  });
});
