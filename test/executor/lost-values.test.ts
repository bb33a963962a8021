/** Values that no longer matter, since a place around them became null, and objects of types that their field cannot have. */
import { setImmediate } from 'node:timers/promises';
import { buildSchema, type GraphQLFieldResolver, type GraphQLSchema, isUnionType } from 'graphql';
import { expect, onTestFinished, test } from 'vitest';
import { executeOperation } from '../../src/executor/executor.ts';
import { operationSource } from '../support/operation-source.ts';

const fail = (message: string) => Promise.reject(new Error(message));
const resolvers: Record<string, GraphQLFieldResolver<unknown, unknown>> = {
  items: () => [fail('first'), null, fail('last')],
  object: () => ({}),
  never: () => null,
  laterItems: async () => [fail('later')],
  any: () => ({}),
};

/** @param typeOfAny the name of the type of all objects of the union */
function schemaWith(typeOfAny: string): GraphQLSchema {
  const schema = buildSchema(
    `type Query { items: [Int!] object: Object any: Any }
    type Object { laterItems: [Int] never: Int! }
    union Any = Object`,
  );
  for (const type of [schema.getType('Query'), schema.getType('Object')]) {
    if (type === undefined || !('getFields' in type)) continue;
    for (const field of Object.values(type.getFields()))
      Object.assign(field, { resolve: resolvers[field.name] });
  }
  const any = schema.getType('Any');
  if (isUnionType(any)) any.resolveType = () => typeOfAny;
  return schema;
}

async function execute(schema: GraphQLSchema, text: string) {
  const { data, errors } = await executeOperation({ ...operationSource(schema, text), context: undefined });
  return { data, messages: errors?.map(({ message }) => message) };
}

test.each([
  ['{ items }', { items: null }, 'Cannot return null for non-nullable field Query.items.'],
  [
    '{ object { laterItems never } }',
    { object: null },
    'Cannot return null for non-nullable field Object.never.',
  ],
])('items that nobody waits for may fail: %s', async (text, data, message) => {
  const unhandled: unknown[] = [];
  const listener = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', listener);
  onTestFinished(() => void process.off('unhandledRejection', listener));
  expect(await execute(schemaWith('Object'), text)).toEqual({ data, messages: [message] });
  // Node reports rejections after the microtasks of a turn.
  await setImmediate();
  expect(unhandled).toEqual([]);
});

test('an object of a type that is not one of its union is an error', async () => {
  expect(await execute(schemaWith('Query'), '{ any { __typename } }')).toEqual({
    data: { any: null },
    messages: ['Abstract type "Any" must resolve to one of its object types, not to "Query".'],
  });
});
