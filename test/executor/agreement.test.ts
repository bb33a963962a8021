/** The executor gives what graphql-js gives. */
import fc from 'fast-check';
import {
  buildSchema,
  type ExecutionResult,
  execute,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  getIntrospectionQuery,
  isObjectType,
  isUnionType,
  parse,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { executeOperation } from '../../src/executor/executor.ts';
import { encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { schema } from '../../src/schema/index.ts';
import { operationSource } from '../support/operation-source.ts';
import { type Ids, queries } from '../support/queries.ts';
import { randomSchema } from './random-schema.ts';

const ids: Ids = {
  globalIds: [encodeGlobalId('Message', ['t1', 'm1']), encodeGlobalId('Run', ['t1', 'r1'])],
  threads: ['t1', 't2'],
  assistants: ['a1', 'a2'],
  messages: ['m1'],
  runs: ['r1', 'r2'],
  steps: ['s1'],
  files: ['f1'],
};
const options = { ids, depth: 4, pageSizes: [0, 1, 3], cursors: true };

/** Executes with both, the second time with what is known of the document from the first. */
async function both(schema: GraphQLSchema, text: string, variables: Record<string, unknown> = {}) {
  const document = parse(text);
  const expected = await execute({ schema, document, variableValues: variables });
  const source = operationSource(schema, document, variables);
  await executeOperation({ ...source, context: undefined });
  return { expected, actual: await executeOperation({ ...source, context: undefined }) };
}

/** The places that errors made null. An error of a field that may not be null makes a place around it null. */
function lostPlaces({ data, errors = [] }: ExecutionResult): string[] {
  const places = errors.map(({ path = [], message }) => {
    let value: unknown = data;
    const lost = path.findIndex((key) => {
      if (value === null || value === undefined) return true;
      value = Reflect.get(Object(value), key);
      return false;
    });
    // Which of several errors below a place is found first depends on their turns.
    return lost === -1 ? `${path.join('.')}: ${message}` : path.slice(0, lost).join('.');
  });
  return [...new Set(places)].sort();
}

function expectAgreement({ expected, actual }: Awaited<ReturnType<typeof both>>): void {
  // In the order of the fields, too.
  expect(JSON.stringify(actual.data)).toBe(JSON.stringify(expected.data));
  expect(lostPlaces(actual)).toEqual(lostPlaces(expected));
  for (const { path, locations } of actual.errors ?? []) {
    const same = expected.errors?.find((error) => String(error.path) === String(path));
    if (same !== undefined) expect(locations).toEqual(same.locations);
  }
}

test.each([
  ['nothing fails', { failure: 0, null: 0 }],
  ['few values fail', { failure: 3, null: 3 }],
  ['many values fail', { failure: 20, null: 20 }],
])('generated queries have the same data, and errors in the same places, if %s', async (_, odds) => {
  let failed = 0;
  await fc.assert(
    fc.asyncProperty(queries(options), fc.nat(1000), async (text, seed) => {
      const results = await both(randomSchema(seed, odds), text, { yes: true, no: false });
      if (results.expected.errors !== undefined) failed++;
      expectAgreement(results);
    }),
    { numRuns: 60, endOnFailure: true },
  );
  expect(failed > 0).toBe(odds.failure > 0);
});

test('introspection has the same data', async () => {
  const query = getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true });
  expectAgreement(await both(schema, query));
  expectAgreement(
    await both(schema, '{ __type(name: "Run") { name fields { name } } none: __type(name: "X") { name } }'),
  );
});

describe('a document that is executed again', () => {
  const random = randomSchema(1, { failure: 0, null: 0 });

  test('selects what its directives include this time', async () => {
    const document = parse(`query ($a: Boolean!, $b: Boolean = true) {
      thread(id: "t") { id @skip(if: $a) messages(first: 2) { ...Page @include(if: $b) nodes { role @skip(if: $a) } } }
    } fragment Page on MessageConnection { nodes { id } edges @include(if: $a) { cursor } }`);
    for (const a of [true, false, true]) {
      for (const variables of [{ a }, { a, b: false }, { a, b: true }]) {
        const expected = await execute({ schema: random, document, variableValues: variables });
        const source = operationSource(random, document, variables);
        expect(await executeOperation({ ...source, context: undefined })).toEqual(expected);
      }
    }
  });

  test('selects that with more variables in directives than are remembered, too', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `v${index}`);
    const fields = names.map((name) => `${name}: name @include(if: $${name})`);
    const parameters = names.map((name) => `$${name}: Boolean!`);
    const text = `query (${parameters.join(' ')}) { assistant(id: "a") { id ${fields.join(' ')} } }`;
    const document = parse(text);
    for (let round = 0; round < 3; round++) {
      const variables = Object.fromEntries(names.map((name, index) => [name, index % 3 === round]));
      const expected = await execute({ schema: random, document, variableValues: variables });
      const source = operationSource(random, document, variables);
      expect(await executeOperation({ ...source, context: undefined })).toEqual(expected);
    }
  });

  test('has no value for a directive whose variable is null', async () => {
    const document = parse(
      'query ($yes: Boolean = true) { thread(id: "t") { id restId @include(if: $yes) } }',
    );
    for (const yes of [false, null, true, null]) {
      const expected = await execute({ schema: random, document, variableValues: { yes } });
      const source = operationSource(random, document, { yes });
      expect(await executeOperation({ ...source, context: undefined })).toEqual(expected);
    }
  });

  test('has the arguments of this time', async () => {
    const echo = echoSchema();
    const document = parse(
      'query ($n: Int, $o: [Int]) { a: echo(n: $n) b: echo(o: { list: [1, $n] }) c: echo(o: { list: $o }) d: echo }',
    );
    for (const variables of [{ n: 1 }, { n: 2, o: [3] }, { n: null }, {}, { n: 1 }]) {
      const expected = await execute({ schema: echo, document, variableValues: variables });
      const source = operationSource(echo, document, variables);
      expect(await executeOperation({ ...source, context: undefined })).toEqual(expected);
    }
  });

  test('is right after thousands of others', async () => {
    const text = '{ assistants(first: 3) { nodes { id name } } }';
    const before = await both(random, text);
    for (let index = 0; index < 800; index++) {
      const fields = Array.from({ length: 50 }, (_, field) => `f${index}_${field}: name`);
      await both(random, `{ assistant(id: "a") { ${fields.join(' ')} } }`);
    }
    expect(await both(random, text)).toEqual(before);
  });
});

test.each([
  ['an argument that is missing', 'query ($n: Int) { strict(n: $n) echo }'],
  ['a field that fails, beside others', '{ fails echo list }'],
  ['an item that fails, beside others', '{ items }'],
  ['an item that fails at once, before one that comes late', '{ objects { never } echo }'],
  ['a field that may not be null, and is', '{ object { never echo } echo }'],
  ['fields that may not be null, and fail in turn', '{ object { late later echo } echo }'],
  ['a value that is no list', '{ notList echo }'],
  ['a value that its type does not have', '{ notInt echo }'],
  ['the response name __proto__', '{ __proto__: echo object { __proto__: echo } }'],
])('%s', async (_, text) => {
  expectAgreement(await both(echoSchema(), text));
});

test('the fields of a mutation are executed in order, and those below them at once', async () => {
  const log: string[] = [];
  const schema = buildSchema(
    'type Query { a: Int } type Mutation { write(n: Int): Written } type Written { n: Int m: Int }',
  );
  const write = schema.getMutationType()?.getFields().write;
  const fields = schema.getType('Written');
  if (write === undefined || !isObjectType(fields)) throw new Error('The schema has no mutation');
  write.resolve = async (_source, { n }) => {
    log.push(`begin ${n}`);
    await undefined;
    log.push(`end ${n}`);
    if (n === 2) throw new Error('refused');
    return { n, m: n };
  };
  const { n } = fields.getFields();
  if (n !== undefined) n.resolve = async (source) => void log.push(`below ${Object(source).n}`);
  const { expected, actual } = await both(
    schema,
    'mutation { a: write(n: 1) { n m } b: write(n: 2) { n } c: write(n: 3) { n } }',
  );
  expect(actual).toEqual(expected);
  const once = ['begin 1', 'end 1', 'below 1', 'begin 2', 'end 2', 'begin 3', 'end 3', 'below 3'];
  expect(log).toEqual([...once, ...once, ...once]);
});

test('a response does not wait for what is below an object that became null', async () => {
  const schema = echoSchema();
  const source = operationSource(schema, '{ object { pending never } echo }');
  const { data, errors } = await executeOperation({ ...source, context: undefined });
  expect(data).toEqual({ object: null, echo: '{"n":7}' });
  expect(errors?.map(({ message }) => message)).toEqual([
    'Cannot return null for non-nullable field Object.never.',
  ]);
});

test('an object whose type is none of those of its field is an error', async () => {
  const source = operationSource(echoSchema(), '{ any { __typename } echo }');
  const { data, errors } = await executeOperation({ ...source, context: undefined });
  expect({ data, messages: errors?.map(({ message }) => message) }).toEqual({
    data: { any: null, echo: '{"n":7}' },
    messages: ['Abstract type "Any" must resolve to one of its object types, not to "Missing".'],
  });
});

/** Fields that show what the executor does. */
function echoSchema(): GraphQLSchema {
  const fields = `
    echo(n: Int = 7, o: Options): String strict(n: Int!): String fails: Int list: [Int!] items: [Int] object: Object objects: [Object!] any: Any
    never: Int! late: Int! later: Int! pending: Int! notList: [Int] notInt: Int`;
  const schema = buildSchema(
    `type Query { ${fields} } type Object { ${fields} } input Options { list: [Int] } union Any = Object`,
  );
  const fail = (message: string) => Promise.reject(new Error(message));
  const resolvers: Record<string, GraphQLFieldResolver<unknown, unknown>> = {
    echo: (_source, args) => JSON.stringify(args),
    strict: () => 'never',
    fails: () => fail('failed'),
    list: () => [1, null, 3],
    items: () => [Promise.resolve(1), fail('an item'), new Error('an error'), null, 5],
    object: () => ({}),
    objects: () => [{}, Promise.resolve({})],
    any: () => ({}),
    never: () => null,
    late: async () => fail('late'),
    later: async () => Promise.resolve().then(() => fail('later')),
    pending: () => new Promise(() => {}),
    notList: () => 5,
    notInt: () => 'five',
  };
  for (const type of ['Query', 'Object'].map((name) => schema.getType(name))) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields()))
      field.resolve = resolvers[field.name] ?? (() => null);
  }
  const any = schema.getType('Any');
  if (isUnionType(any)) any.resolveType = () => 'Missing';
  return schema;
}
