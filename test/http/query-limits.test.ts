import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { errorsIn, postOperation, sendHttp } from '../support/http.ts';

const MAX_DEPTH = 6;
const MAX_ALIASES = 5;
const MAX_TOKENS = 60;

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph({
    MAX_DEPTH: String(MAX_DEPTH),
    MAX_ALIASES: String(MAX_ALIASES),
    MAX_TOKENS: String(MAX_TOKENS),
  });
});
afterAll(() => graph.close());

/** A query of `depth` levels, `id` included: a thread, its messages, their runs, the thread of those, and so on. */
function nested(depth: number): string {
  const around = ['thread(id: "a")', 'messages', 'nodes'];
  for (const links = ['run', 'thread', 'activeRun', 'thread']; around.length < depth - 1; ) {
    around.push(links.shift() ?? '');
  }
  return `{ ${around.join(' { ')} { id ${'}'.repeat(depth)}`;
}

const aliased = (count: number) =>
  `{ ${Array.from({ length: count }, (_, index) => `a${index}: __typename`).join(' ')} }`;

/** Two braces and `count - 2` fields. */
const tokens = (count: number) => `{ ${'__typename '.repeat(count - 2)} }`;

async function send(query: string) {
  graph.upstream.calls.length = 0;
  const accept = 'application/graphql-response+json';
  const { status, text } = await postOperation(graph.url, { query }, { accept });
  return { status, errors: errorsIn(text), sent: graph.upstream.calls.length };
}

describe.each([
  ['depth', nested, MAX_DEPTH, 'GRAPHQL_VALIDATION_FAILED'],
  ['aliases', aliased, MAX_ALIASES, 'GRAPHQL_VALIDATION_FAILED'],
  ['tokens', tokens, MAX_TOKENS, 'GRAPHQL_PARSE_FAILED'],
])('the %s of a query', (_, queryOf, most, code) => {
  test('may reach the limit', async () => {
    const { status, errors } = await send(queryOf(most));
    expect(status).toBe(200);
    expect(errors.filter((error) => error.code === code)).toEqual([]);
  });

  test('must not exceed the limit, or nothing is sent', async () => {
    const { status, errors, sent } = await send(queryOf(most + 1));
    expect({ status, errors, sent }).toMatchObject({
      status: 400,
      errors: [{ code, message: expect.stringMatching(/limit|tokens/) }],
      sent: 0,
    });
  });
});

test.each([
  ['depth', nested(MAX_DEPTH + 1)],
  ['aliases', aliased(MAX_ALIASES + 1)],
])('%s counts in a fragment too', async (_, hidden) => {
  const query = `query { ...All } fragment All on Query ${hidden}`;
  expect(await send(query)).toMatchObject({
    status: 400,
    errors: [{ code: 'GRAPHQL_VALIDATION_FAILED' }],
    sent: 0,
  });
});

test('the default limits allow the introspection query of GraphiQL', async () => {
  const usual = await startGraph();
  const { errors } = await usual.send(getIntrospectionQuery());
  expect(errors).toEqual([]);
  await usual.close();
});

test('values that are nested too deeply are rejected', async () => {
  const usual = await startGraph();
  const deep = (length: number) => `${'['.repeat(length)}${']'.repeat(length)}`;
  const { errors } = await usual.send(`{ node(id: ${deep(2400)}) { id } }`);
  expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }]);
  const query =
    'mutation ($p: JSONObject!) { createAssistant(input: { model: "m", tools: [{ function: { name: "f", parameters: $p } }] }) { __typename } }';
  const body = `{"query":${JSON.stringify(query)},"variables":{"p":{"a":${deep(220)}}}}`;
  const { text } = await sendHttp(usual.url, { headers: { 'content-type': 'application/json' }, body });
  expect(errorsIn(text)).toEqual([
    { code: 'BAD_USER_INPUT', message: expect.stringContaining('input.tools[0].function.parameters') },
  ]);
  await usual.close();
});

test('fragments that spread each other in a cycle are rejected', async () => {
  const query = '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }';
  expect(await send(query)).toMatchObject({ status: 400, errors: [{ code: 'GRAPHQL_VALIDATION_FAILED' }] });
});
