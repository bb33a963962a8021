import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OperationName } from '../../src/rest/operations.ts';
import { operations } from '../../src/rest/operations.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { operationQueries } from './operation-queries.ts';
import { samples, type Wire } from './samples.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

const anything = fc.jsonValue({ maxDepth: 3 });

/** The sample with some of its values, at any depth, replaced by random JSON. */
function mangled(value: unknown): fc.Arbitrary<unknown> {
  const kept = Array.isArray(value)
    ? fc.tuple(...value.map(mangled))
    : typeof value === 'object' && value !== null
      ? fc.record(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mangled(inner)])))
      : fc.constant(value);
  return fc.oneof({ weight: 15, arbitrary: kept }, { weight: 1, arbitrary: anything });
}

function responsesTo(name: OperationName): fc.Arbitrary<unknown> {
  const sample: Wire = samples[operationQueries[name].type];
  if (operations[name].kind !== 'list') return mangled(sample);
  const data = fc.array(mangled(sample), { maxLength: 3 });
  return fc.record({ data, has_more: fc.oneof(fc.boolean(), anything) });
}

const names = Object.keys(operationQueries) as OperationName[];

test.each(names)('%s: a random upstream response is never an internal error', async (name) => {
  const { query } = operationQueries[name];
  await fc.assert(
    fc.asyncProperty(responsesTo(name), async (body) => {
      graph.upstream.intercept = (_, response) => Boolean(response.end(JSON.stringify(body)));
      const { status, data, errors } = await graph.send<Wire, object>(query);
      expect(status).toBe(200);
      expect(data).toHaveProperty('__typename');
      for (const { extensions } of errors) {
        expect(['UPSTREAM_ERROR', 'OUTCOME_UNKNOWN']).toContain(extensions.code);
      }
    }),
    { numRuns: 10 },
  );
});
