import { GraphQLError } from 'graphql';
import { afterEach, expect, test } from 'vitest';
import { countTokens, parseDocument } from '../../src/server/document.ts';
import { DocumentsInUse, MAX_TOKENS_IN_USE } from '../../src/server/documents-in-use.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { hold } from '../support/hold.ts';

let graph: Graph | undefined;
afterEach(async () => {
  await graph?.close();
  graph = undefined;
});

/** @param tokens besides the braces, the start and the end */
const documentOf = (tokens: number) =>
  parseDocument(`{${'a '.repeat(tokens - 4)}}`, { length: 1_000_000, tokens: 1_000_000 });

test('different documents in use may have the maximum of tokens together, and not one more', () => {
  const documents = new DocumentsInUse();
  const [first, second] = [documentOf(MAX_TOKENS_IN_USE / 2), documentOf(MAX_TOKENS_IN_USE / 2)];
  expect(countTokens(first) + countTokens(second)).toBe(MAX_TOKENS_IN_USE);
  const ends = [first, second, second].map((document) => documents.begin(document));
  const refused = documents.begin(documentOf(5));
  expect(refused).toBeInstanceOf(GraphQLError);
  expect(refused).toMatchObject({
    message: expect.stringContaining(`${MAX_TOKENS_IN_USE} tokens`),
    extensions: { code: 'RATE_LIMITED', limits: { tokens: MAX_TOKENS_IN_USE } },
  });
  const [endFirst, endSecond] = ends.map((end) => (end instanceof GraphQLError ? () => {} : end));
  // Another operation still uses the second document.
  endSecond?.();
  endSecond?.();
  expect(documents.begin(documentOf(5))).toBeInstanceOf(GraphQLError);
  endFirst?.();
  expect(documents.begin(documentOf(5))).not.toBeInstanceOf(GraphQLError);
});

test('a query beyond that is refused until others have ended', async () => {
  const started = await startGraph();
  graph = started;
  const held = hold(started, () => true);
  // Each has some 5,000 tokens of its own.
  const queries = Array.from(
    { length: MAX_TOKENS_IN_USE / 5_000 + 1 },
    (_, index) =>
      `query Q${index} { assistants { nodes { id } } ${'...F '.repeat(2_470)} } fragment F on Query { __typename }`,
  );
  const sent = queries.map((query) => started.send(query));
  const [refused] = await Promise.race(sent.map(async (result) => [await result]));
  expect(refused).toMatchObject({ status: 503, errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
  held.release();
  const codes = (await Promise.all(sent)).flatMap(({ errors }) =>
    errors.map(({ extensions }) => extensions.code),
  );
  expect(new Set(codes)).toEqual(new Set(['RATE_LIMITED']));
  expect(codes.length).toBeLessThan(4);
  expect((await started.send(queries[0] ?? '')).errors).toEqual([]);
});
