/** The work of pricing is bounded, whatever the query. There is no server here: its connections would time out meanwhile. */
import type { GraphQLSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { priceOf } from '../../src/pricing/price.ts';
import { encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { schema } from '../../src/schema/index.ts';
import { operationSource } from '../support/operation-source.ts';

const NO_LIMITS = { calls: Infinity, nodes: Infinity };

test('hundreds of fields merged in thousands of places are read once', () => {
  const aliases = Array.from({ length: 40 }, (_, index) => `a${index}: nodes(ids: $ids) { ...F }`);
  const fragment = `fragment F on Message { ${'content { type } '.repeat(300)} }`;
  const { cost, lookUps } = pricing(`query ($ids: [ID!]!) { ${aliases.join(' ')} } ${fragment}`);
  expect(cost).toEqual({ calls: 150, nodes: 4_000 });
  expect(lookUps).toBeLessThan(8_000);
});

describe('the places that a query selects fields in', () => {
  const tooMany = 'This operation selects fields in more than 10000 places: request fewer objects or fields';

  test('are 10,000 at most', () => {
    // For each of 100 messages, a place for itself, and two for each thread: as a field, and as an object.
    const threads = (count: number) => {
      const names = Array.from({ length: count }, (_, index) => `a${index}: thread { id }`);
      return `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Message { ${names.join(' ')} } } }`;
    };
    expect(pricing(threads(48)).cost.nodes).toBe(100 + 100 * 48);
    expect(() => pricing(threads(49))).toThrow(tooMany);
  });

  test('are no more than that, however fragments are combined', () => {
    const fragments = Array.from({ length: 80 }, (_, index) => {
      const level = Math.floor(index / 10);
      const below = (key: number) =>
        level === 7
          ? 'id'
          : `...F${level + 1}${(index * 7 + key * 3) % 10} ...F${level + 1}${(index + key * key) % 10}`;
      const fields = [0, 1, 2, 3].map((key) =>
        level % 2 === 0
          ? `k${key}: thread { ${below(key)} }`
          : `k${key}: message(id: "m${key}") { ${below(key)} }`,
      );
      return `fragment F${level}${index % 10} on ${level % 2 === 0 ? 'Message' : 'Thread'} { ${fields.join(' ')} }`;
    });
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ...F00 } } ${fragments.join(' ')}`;
    expect(() => pricing(query)).toThrow(tooMany);
  });
});

/**
 * The price of a query whose variable `ids` names a hundred messages of different threads, and the work that it took, as the
 * number of look-ups of a type in the schema.
 */
function pricing(query: string) {
  const ids = Array.from({ length: 100 }, (_, index) =>
    encodeGlobalId('Message', [`thread-${index}`, `message-${index}`]),
  );
  let lookUps = 0;
  const getType = (name: string) => {
    lookUps++;
    return schema.getType(name);
  };
  const counting: GraphQLSchema = Object.create(schema, { getType: { value: getType } });
  const cost = priceOf({ ...operationSource(schema, query, { ids }), schema: counting }, NO_LIMITS);
  return { cost, lookUps };
}
