import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isRequiredInputField,
} from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { costOf, type FieldCost } from '../../src/fields/cost.ts';
import { operations } from '../../src/rest/operations.ts';
import { schema } from '../../src/schema/index.ts';
import { type Graph, startGraph } from '../support/graph.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
  graph.upstream.intercept = (_, response) => Boolean(response.writeHead(403).end());
});
afterAll(() => graph.close());

const scalars: Readonly<Record<string, unknown>> = {
  Boolean: false,
  Float: 1,
  ID: 'id_1',
  Int: 256,
  JSONObject: { type: 'object' },
  Metadata: { key: 'value' },
  String: 'text',
};

/** A valid value that is not the default. An input object has its required fields only. */
function sampleOf(type: GraphQLInputType, defaultValue?: unknown): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [sampleOf(nullable.ofType)];
  if (isEnumType(nullable)) return nullable.getValues().find(({ value }) => value !== defaultValue)?.name;
  return isInputObjectType(nullable) ? smallest(nullable) : scalars[nullable.name];
}

function smallest(type: GraphQLInputObjectType): object {
  const fields = Object.values(type.getFields());
  const included = type.isOneOf ? fields.slice(0, 1) : fields.filter(isRequiredInputField);
  return Object.fromEntries(included.map((field) => [field.name, sampleOf(field.type)]));
}

/** Two inputs that differ only in one field. */
interface Pair {
  readonly path: string;
  readonly inputs: readonly [object, object];
}

/** A pair for each field that can be left out, at any depth. */
function pairsOf(type: GraphQLInputObjectType, path: string): Pair[] {
  const base = smallest(type);
  return Object.values(type.getFields()).flatMap((field) => {
    const name = `${path}.${field.name}`;
    const including = (value: unknown) => ({ ...(type.isOneOf ? {} : base), [field.name]: value });
    const named = getNamedType(field.type);
    const isList = isListType(getNullableType(field.type));
    const inner = isInputObjectType(named) ? pairsOf(named, name) : [];
    const pairs = inner.map(({ path, inputs: [one, other] }): Pair => {
      const around = (value: object) => including(isList ? [value] : value);
      return { path, inputs: [around(one), around(other)] };
    });
    if (field.name in base) return pairs;
    return [{ path: name, inputs: [base, including(sampleOf(field.type, field.defaultValue))] }, ...pairs];
  });
}

const pairs = Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap((field) => {
  const type = field.args[0] && getNamedType(field.args[0].type);
  return isInputObjectType(type) ? pairsOf(type, field.name).map((pair) => ({ ...pair, field, type })) : [];
});

/** Only matters if the thread has an active run. */
const EXCEPTION = /\.onActiveRun$/;

async function outcomeOf({ field, type }: (typeof pairs)[number], input: object) {
  graph.upstream.calls.length = 0;
  const query = `mutation ($input: ${type.name}!) { ${field.name}(input: $input) { __typename } }`;
  const { errors } = await graph.send(query, { input: withPath(input, costOf(field)) });
  return graph.upstream.calls[0]?.body ?? errors[0]?.message;
}

test('every input field changes the REST request', async () => {
  const ignored = [];
  for (const pair of pairs.filter(({ path }) => !EXCEPTION.test(path))) {
    const [without, included] = pair.inputs;
    if ((await outcomeOf(pair, included)) === (await outcomeOf(pair, without))) ignored.push(pair.path);
  }
  expect(pairs.length).toBeGreaterThan(80);
  expect(ignored).toEqual([]);
});

/** The `id` of an object below others is a path. */
function withPath(input: object, cost: FieldCost | undefined): object {
  if (!('id' in input) || cost?.kind !== 'write') return input;
  return { ...input, id: operations[cost.operation].idNames.join('/') };
}
