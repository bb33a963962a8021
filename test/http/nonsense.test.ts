import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { errorsIn, sendHttp } from '../support/http.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

const clientsFault = [
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'QUERY_TOO_EXPENSIVE',
];

/** Whatever is sent, the response is JSON with an error of the client. */
async function expectAnswer(body: string, search = ''): Promise<void> {
  const { status, text } = await sendHttp(graph.url, {
    search,
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect([200, 400]).toContain(status);
  for (const { code } of errorsIn(text)) expect(clientsFault).toContain(code);
}

const whole = `query Q($id: ID!, $first: Int = 3, $order: SortOrder) {
  thread(id: $id) { id ...T messages(first: $first, order: $order) @include(if: true) { nodes { text } } }
  nodes(ids: [$id, "a", """b"""]) { __typename ... on Run { steps { edges { cursor } } } }
} fragment T on Thread { createdAt metadata activeRun { status } }`;

/** A query in which a piece is replaced. */
const mutilated = fc
  .tuple(fc.nat({ max: whole.length }), fc.nat({ max: 20 }), fc.string({ unit: 'binary', maxLength: 5 }))
  .map(([at, cut, put]) => whole.slice(0, at) + put + whole.slice(at + cut));

test.each<[string, fc.Arbitrary<string>]>([
  ['any text', fc.string({ unit: 'binary' })],
  ['any JSON', fc.json()],
  ['any query', fc.string({ unit: 'binary' }).map((query) => JSON.stringify({ query }))],
  ['a mutilated query', mutilated.map((query) => JSON.stringify({ query, variables: { id: 'thread_1' } }))],
  ['any variables', fc.jsonValue().map((variables) => JSON.stringify({ query: whole, variables }))],
  [
    'any value for each variable',
    fc
      .record({ id: fc.jsonValue(), first: fc.jsonValue(), order: fc.jsonValue() })
      .map((variables) => JSON.stringify({ query: whole, variables })),
  ],
  [
    'any input',
    fc
      .record({
        model: fc.jsonValue(),
        tools: fc.jsonValue(),
        metadata: fc.oneof(fc.jsonValue(), fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue())),
        fileIds: fc.array(fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }))),
      })
      .map((input) =>
        JSON.stringify({
          query:
            'mutation ($input: CreateAssistantInput!) { createAssistant(input: $input) { assistant { id } } }',
          variables: { input },
        }),
      ),
  ],
])('%s gets an error of the client', async (_, anyBody) => {
  await fc.assert(
    fc.asyncProperty(anyBody, (body) => expectAnswer(body)),
    { numRuns: 60 },
  );
});
