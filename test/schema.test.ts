import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLSchema,
  getDirectiveValues,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  parse,
  printSchema,
  validate,
} from 'graphql';
import { expect, test, vi } from 'vitest';
import { schema } from '../src/schema/index.ts';

const read = (path: string) => readFileSync(join(import.meta.dirname, '..', path), 'utf8');
const print = (graph: GraphQLSchema) => printSchema(lexicographicSortSchema(graph));

interface Element {
  readonly name: string;
  readonly description?: string | null | undefined;
}

/** All elements that can have a description, by addresses such as `Thread.messages.first`. */
function elementsOf(graph: GraphQLSchema): Element[] {
  const within = (name: string, elements: readonly Element[]) =>
    elements.map((element) => ({ ...element, name: `${name}.${element.name}` }));
  const types = Object.values(graph.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  const directives = graph.getDirectives().filter((directive) => !isSpecifiedDirective(directive));
  return [
    ...types,
    ...types.filter(isEnumType).flatMap((type) => within(type.name, type.getValues())),
    ...types.filter(isInputObjectType).flatMap((type) => within(type.name, Object.values(type.getFields()))),
    ...[...types.filter(isObjectType), ...types.filter(isInterfaceType)].flatMap((type) => {
      const fields = Object.values(type.getFields());
      const args = fields.flatMap((field) => within(field.name, field.args));
      return within(type.name, [...fields, ...args]);
    }),
    ...directives,
    ...directives.flatMap((directive) => within(`@${directive.name}`, directive.args)),
  ];
}

test('every element has a description that ends with punctuation', () => {
  const elements = elementsOf(schema);
  expect(elements.length).toBeGreaterThan(300);
  const undescribed = elements.filter(({ description }) => !/[.!?]$/.test(description ?? ''));
  expect(undescribed.map(({ name }) => name)).toEqual([]);
});

test('building the schema twice gives the same SDL', async () => {
  vi.resetModules();
  const again = await import('../src/schema/index.ts');
  expect(again.schema).not.toBe(schema);
  expect(printSchema(again.schema)).toBe(printSchema(schema));
});

test('schema.graphql is up to date', () => {
  expect(print(buildSchema(read('schema.graphql')))).toBe(print(schema));
});

/** The fields that carry @semanticNonNull, with its levels, by addresses such as `Query.threads`. */
function semanticNonNullFields(
  graph: GraphQLSchema,
  levelsOf: (field: GraphQLField<unknown, unknown>) => unknown,
) {
  const fields = Object.values(graph.getTypeMap())
    .filter((type) => isObjectType(type))
    .flatMap((type) =>
      Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, levelsOf(field)]),
    );
  return Object.fromEntries(fields.filter(([, levels]) => levels !== undefined));
}

const declaredLevels = ({ extensions: { directives } }: GraphQLField<unknown, unknown>) => {
  const { semanticNonNull } = Object(directives);
  return semanticNonNull && (semanticNonNull.levels ?? [0]);
};

test('schema.graphql shows which fields carry @semanticNonNull', () => {
  const printed = buildSchema(read('schema.graphql'));
  const directive = printed.getDirective('semanticNonNull');
  expect(directive?.args.map(({ type, defaultValue }) => [String(type), defaultValue])).toEqual([
    ['[Int!]!', [0]],
  ]);
  const printedLevels = ({ astNode }: GraphQLField<unknown, unknown>) =>
    directive && astNode ? getDirectiveValues(directive, astNode)?.levels : undefined;
  expect(semanticNonNullFields(printed, printedLevels)).toEqual(
    semanticNonNullFields(schema, declaredLevels),
  );
});

test('objects are null without an error only where a link leads to nothing, and where no run is active', () => {
  const marked = semanticNonNullFields(schema, declaredLevels);
  expect(marked).toMatchObject({
    'Query.assistants': [0],
    'Query.thread': [0],
    'Query.threads': [1],
    'Mutation.createRun': [0],
    'CreateRunPayload.thread': [0],
    'RunEdge.node': [0],
    'RunConnection.nodes': [1],
    'Subscription.runStatus': [0],
    'RunStatusChanged.run': [0],
  });
  const nullable = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type))
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ on: type.name, ...field })))
    .filter(({ type, extensions }) => !isNonNullType(type) && 'cost' in extensions)
    .map(({ on, name }) => `${on}.${name}`);
  expect(nullable.filter((address) => !(address in marked)).toSorted()).toEqual([
    'AssistantFile.assistant',
    'DeleteAssistantFilePayload.assistant',
    'Message.assistant',
    'Message.run',
    'Message.thread',
    'MessageCreationDetails.message',
    'MessageFile.message',
    'Run.assistant',
    'Run.thread',
    'RunStep.assistant',
    'RunStep.run',
    'RunStep.thread',
    'Thread.activeRun',
  ]);
});

test.each(['README.md', 'docs/architecture.md'])('the queries in %s are valid', (path) => {
  const queries = [...read(path).matchAll(/^```graphql\n(.*?)^```$/gms)];
  expect(queries.length).toBeGreaterThan(0);
  for (const [, query = ''] of queries) expect(validate(schema, parse(query))).toEqual([]);
});
