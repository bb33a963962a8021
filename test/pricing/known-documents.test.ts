/** Selections are read once for a document; its price is the same as if each request read them again. */
import fc from 'fast-check';
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { checkPrice } from '../../src/pricing/check-price.ts';
import { encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { schema } from '../../src/schema/index.ts';
import { operationSource } from '../support/operation-source.ts';
import { type Ids, queries } from '../support/queries.ts';

const ids: Ids = {
  globalIds: [encodeGlobalId('Message', ['t1', 'm1']), encodeGlobalId('Run', ['t1', 'r1'])],
  threads: ['t1', 't2'],
  assistants: ['a1', 'a2'],
  messages: ['m1', 'm2'],
  runs: ['r1', 'r2'],
  steps: ['s1', 's2'],
  files: ['f1', 'f2'],
};
const limits = { calls: 100_000, nodes: 100_000_000 };

const requests = fc.array(
  fc.record({
    yes: fc.boolean(),
    no: fc.boolean(),
    size: fc.constantFrom(undefined, null, 0, 1, 5, 20, 101),
  }),
  { minLength: 2, maxLength: 5 },
);
const documents = queries({ ids, depth: 4, pageSizes: [0, 1, 3, 20], cursors: true });

test('a price is that of a document which is priced for the first time', () => {
  fc.assert(
    fc.property(documents, requests, (query, all) => {
      // Some of the pages have a size that depends on the request.
      const text = query.replace('($', '($size: Int, $').replaceAll('first: 3', 'first: $size');
      const known = parse(text);
      for (const variableValues of all) {
        const again = checkPrice(operationSource(schema, known, variableValues), limits);
        const first = checkPrice(operationSource(schema, text, variableValues), limits);
        expect(again).toEqual(first);
        expect(again).toHaveProperty('calls');
      }
    }),
    { numRuns: 100 },
  );
});
