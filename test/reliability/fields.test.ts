import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { errorsIn, postOperation } from '../support/http.ts';
import { callRest } from '../support/world.ts';

const MAX_FIELDS = 3_000;

let graph: Graph;
let threadId: string;
beforeAll(async () => {
  graph = await startGraph({ MAX_FIELDS: String(MAX_FIELDS), MAX_NODES: '1000000' });
  const messages = Array.from({ length: 20 }, () => ({ role: 'user', content: 'Hello.' }));
  threadId = (await callRest(graph.localUrl, '/threads', { messages })).id;
});
afterAll(() => graph.close());

const aliases = (count: number, field: string) =>
  Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ');

describe('the fields of a response', () => {
  // `messages`, the fields of `messages`, and the fields of 20 messages.
  const query = (names: number, others: number) =>
    `{ thread(id: "${threadId}") { messages { nodes { ${aliases(names, 'role')} } ${aliases(others, '__typename')} } } }`;

  test('may be the maximum', async () => {
    const { data, errors } = await graph.send(query(149, 18));
    expect(errors).toEqual([]);
    expect(Object(data).thread.messages.nodes).toHaveLength(20);
  });

  test('are refused beyond it, without data', async () => {
    const { data, errors } = await graph.send(query(149, 19));
    expect(data).toBeNull();
    expect(errors).toEqual([
      {
        message: 'The response has more than 3000 fields: request less at a time',
        extensions: { code: 'QUERY_TOO_EXPENSIVE', limits: { fields: MAX_FIELDS } },
      },
    ]);
  });

  test('do not keep the later fields of a mutation from running', async () => {
    const query = `mutation ($id: ID!) {
      modifyThread(input: { id: $id, metadata: null }) { thread { ${aliases(200, 'messages { nodes { id } }')} } }
      createThread { thread { id } }
    }`;
    const calls = await graph.callsDuring(async () => {
      const { data, errors } = await graph.send(query, { id: threadId });
      expect(data).toBeNull();
      expect(errors).toMatchObject([{ extensions: { limits: { fields: MAX_FIELDS } } }]);
    });
    expect(calls).toEqual(['modifyThread', 'listMessages', 'createThread']);
  });
});

describe('introspection', () => {
  const send = async (query: string) => {
    const { text } = await postOperation(graph.url, { query });
    return { text, errors: errorsIn(text) };
  };
  const tooLong = {
    code: 'QUERY_TOO_EXPENSIVE',
    message: 'This introspection would return more than 25000 fields: select each field once',
  };

  test('may return the whole schema', async () => {
    const { text, errors } = await send(
      getIntrospectionQuery({
        descriptions: true,
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
      }),
    );
    expect(errors).toEqual([]);
    expect(JSON.parse(text).data.__schema.types.length).toBeGreaterThan(100);
  });

  test('may return 25,000 fields, and not one more', async () => {
    const { text } = await send('{ __schema { types { fields(includeDeprecated: true) { name } } } }');
    const { types }: { types: { fields: unknown[] | null }[] } = JSON.parse(text).data.__schema;
    const whole = 1 + types.length + types.flatMap(({ fields }) => fields ?? []).length;
    const short = 1 + types.length;
    const query = (count: number) => {
      const wholes = Math.floor(count / whole);
      const shorts = Math.floor((count % whole) / short);
      const singles = (count % whole) % short;
      return `{ ${aliases(wholes, '__schema { types { fields { name } } }')}
        rest: __schema { ${Array.from({ length: shorts }, (_, index) => `b${index}: types { name }`).join(' ')} ${aliases(singles, '__typename')} } }`;
    };
    expect((await send(query(25_000))).errors).toEqual([]);
    expect((await send(query(25_001))).errors).toEqual([tooLong]);
  });
});
