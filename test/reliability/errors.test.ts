import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { sendHttp } from '../support/http.ts';
import { subscribe } from '../support/subscribe.ts';
import { createWorld, type World } from '../support/world.ts';

const MAX_ERRORS = 5;

let graph: Graph;
let world: World;
beforeAll(async () => {
  graph = await startGraph({ MAX_ERRORS: String(MAX_ERRORS) });
  world = await createWorld(graph.localUrl);
});
afterAll(() => graph.close());

const aliases = (count: number, field: string) =>
  Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ');
const invalid = (count: number) => aliases(count, 'node(id: "x") { id }');

describe('the errors of a response', () => {
  test('may be the maximum', async () => {
    const { data, errors } = await graph.send(`{ __typename ${invalid(MAX_ERRORS)} }`);
    expect(errors.map(({ path }) => path)).toEqual([['a0'], ['a1'], ['a2'], ['a3'], ['a4']]);
    expect(data).toMatchObject({ __typename: 'Query', a0: null });
  });

  test('are counted by code beyond it, without data', async () => {
    const missing = 'b: thread(id: "a") { id } c: thread(id: "b") { id } d: thread(id: "c") { id }';
    const result = await graph.send(`{ __typename ${invalid(4)} ${missing} }`);
    expect(result.data).toBeNull();
    expect(result.errors).toEqual([
      {
        message: 'More than 5 fields failed (4 BAD_USER_INPUT, 3 NOT_FOUND): request less at a time',
        extensions: {
          code: 'QUERY_TOO_EXPENSIVE',
          errors: { BAD_USER_INPUT: 4, NOT_FOUND: 3 },
          limits: { errors: MAX_ERRORS },
        },
      },
    ]);
  });

  test('count each item of a list', async () => {
    const ids = Array.from({ length: MAX_ERRORS + 1 }, () => 'x');
    const { data, errors } = await graph.send('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { errors: { BAD_USER_INPUT: 6 } } }]);
  });

  test('do not keep the later fields of a mutation from running', async () => {
    const pages = aliases(MAX_ERRORS + 1, 'messages(first: 1000) { nodes { id } }');
    const query = `mutation { createThread { thread { ${pages} } } b: createThread { thread { id } } }`;
    const calls = await graph.callsDuring(async () => {
      const { data, errors } = await graph.send(query);
      expect(data).toBeNull();
      expect(errors).toMatchObject([{ extensions: { errors: { BAD_USER_INPUT: 6 } } }]);
    });
    expect(calls).toEqual(['createThread', 'createThread']);
  });

  test('are limited in each event of a subscription', async () => {
    const steps = (count: number) => aliases(count, 'steps(first: 1000) { nodes { id } }');
    const query = (count: number) => `subscription ($id: ID!) { runStatus(id: $id) { id ${steps(count)} } }`;
    const id = `${world.threadId}/${world.runIds[0]}`;
    const firstErrors = async (count: number) => {
      const events = subscribe(graph.url, query(count), { id });
      const error = await events.next().catch((error: Error) => error);
      return JSON.parse(String(Object(error).message)).errors;
    };
    expect(await firstErrors(MAX_ERRORS)).toHaveLength(MAX_ERRORS);
    expect(await firstErrors(MAX_ERRORS + 1)).toMatchObject([
      { extensions: { code: 'QUERY_TOO_EXPENSIVE', errors: { BAD_USER_INPUT: 6 } } },
    ]);
  });
});

describe('an error', () => {
  const errorsOf = async (query: string, variables: object = {}) => {
    const body = JSON.stringify({ query, variables });
    const { text } = await sendHttp(graph.url, { headers: { 'content-type': 'application/json' }, body });
    return JSON.parse(text).errors;
  };

  test.each([
    ['of a field', '\n\n{\r\n  a: __typename\r  node(id: "x") { id } }', { line: 5, column: 3 }],
    ['of validation', '\n\n{\r\n  a: __typename\r  nope }', { line: 5, column: 3 }],
    ['of syntax', '\n\n{\r\n  a: __typename\r  ) }', { line: 5, column: 3 }],
    ['of a variable', 'query (\n  $v: Int!) {\n  __typename }', { line: 2, column: 3 }],
  ])('%s says where it is in the document', async (_, query, location) => {
    expect(await errorsOf(query)).toMatchObject([{ locations: [location] }]);
    // The document may be known from before.
    expect(await errorsOf(query)).toMatchObject([{ locations: [location] }]);
  });

  test('has a message of limited length', async () => {
    const [error] = await errorsOf('query ($v: ID!) { node(id: $v) { id } }', {
      v: ['x'.repeat(100_000)],
    });
    expect(error.message).toMatch(/^Variable "\$v" got invalid value \["x+…$/);
    expect(error.message).toHaveLength(1001);
  });
});
