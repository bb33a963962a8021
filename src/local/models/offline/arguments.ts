import {
  type JsonSchema,
  listAt,
  merge,
  numberAt,
  resolve,
  schemaAt,
  stringsAt,
  toSchema,
} from './json-schema.ts';
import { matches, sampleNumber, sampleText } from './plain-values.ts';

/** Below this depth, only required properties and items are generated: a schema can contain itself. */
const MAX_OPTIONAL_DEPTH = 3;
const MAX_DEPTH = 24;
/** Bounds the work for one schema, whatever it asks for. A generated value costs 1, and so does reading a schema. */
const BUDGET = 10_000;
const PATTERN_COST = 100;
const CHARACTERS_PER_COST = 100;

/**
 * Generates arguments for a function, as JSON that validates against the JSON Schema of its parameters. Deterministic.
 * Ignores `not`, `if` and remote references, and uses the first schema of `anyOf` and `oneOf`.
 */
export function generateArguments(parameters: JsonSchema): string {
  const sampler = { root: parameters, budget: BUDGET };
  return JSON.stringify(sampleObject(sampler, flatten(sampler, parameters), 0, 0));
}

interface Sampler {
  readonly root: JsonSchema;
  /** What is left of {@link BUDGET}. Below 0, values are null. */
  budget: number;
}

/** A value for a schema. `name` is the name of its property, and `variant` makes the items of an array differ. */
function sample(sampler: Sampler, schema: JsonSchema, name: string, variant: number, depth: number): unknown {
  sampler.budget -= 1;
  if (sampler.budget < 0 || depth > MAX_DEPTH) return null;
  const flat = flatten(sampler, schema);
  if ('const' in flat) return flat.const;
  const choices = listAt(flat, 'enum');
  if (choices.length > 0) return choices[variant % choices.length];
  switch (typeOf(flat)) {
    case 'object':
      return sampleObject(sampler, flat, variant, depth);
    case 'array':
      return sampleArray(sampler, flat, name, depth);
    case 'integer':
      return sampleNumber(flat, variant, true);
    case 'number':
      return sampleNumber(flat, variant, false);
    case 'boolean':
      return variant % 2 === 0;
    case 'null':
      return null;
    default:
      return sampleString(sampler, flat, name, variant);
  }
}

function sampleString(sampler: Sampler, schema: JsonSchema, name: string, variant: number): string {
  const text = sampleText(schema, name, variant);
  sampler.budget -= text.length / CHARACTERS_PER_COST + ('pattern' in schema ? PATTERN_COST : 0);
  return text;
}

/** Merges a schema with the schemas that it references or combines. */
function flatten(sampler: Sampler, schema: JsonSchema, depth = 0): JsonSchema {
  sampler.budget -= 1;
  if (sampler.budget < 0 || depth > MAX_DEPTH) return {};
  const { $ref, allOf, anyOf, oneOf, ...own } = schema;
  const parts: unknown[] = [
    ...listAt(schema, 'allOf'),
    listAt(schema, 'anyOf')[0],
    listAt(schema, 'oneOf')[0],
  ];
  if (typeof $ref === 'string') parts.push(resolve(sampler.root, $ref));
  return parts
    .filter((part) => part !== undefined)
    .reduce<JsonSchema>((merged, part) => merge(merged, flatten(sampler, toSchema(part), depth + 1)), own);
}

/** The first type in `type` other than null, or the type that the other keywords apply to. */
function typeOf(schema: JsonSchema): string {
  const types = Array.isArray(schema.type) ? stringsAt(schema, 'type') : [schema.type];
  const type = types.find((each) => each !== 'null') ?? types[0];
  if (typeof type === 'string') return type;
  const has = (...keywords: string[]) => keywords.some((keyword) => keyword in schema);
  if (has('properties', 'required', 'additionalProperties', 'minProperties')) return 'object';
  if (has('items', 'prefixItems', 'minItems', 'contains', 'uniqueItems')) return 'array';
  if (has('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf')) return 'number';
  return 'string';
}

function sampleObject(sampler: Sampler, schema: JsonSchema, variant: number, depth: number) {
  const properties = schemaAt(schema, 'properties');
  const names = new Set(stringsAt(schema, 'required'));
  // Without `required`, empty arguments would be valid, but a poor example.
  const optional = Object.keys(properties).filter((name) => properties[name] !== false);
  if (!('required' in schema) && depth < MAX_OPTIONAL_DEPTH) for (const name of optional) names.add(name);
  for (const name of names)
    for (const other of stringsAt(schemaAt(schema, 'dependentRequired'), name)) names.add(other);
  const min = numberAt(schema, 'minProperties') ?? 0;
  for (const name of optional) if (names.size < min) names.add(name);
  for (let index = 1; names.size < min && sampler.budget > 0; index += 1)
    names.add(extraName(sampler, schema, index));
  const max = Math.max(numberAt(schema, 'maxProperties') ?? Infinity, stringsAt(schema, 'required').length);
  const chosen = [...names].slice(0, max);
  // Without a prototype, `__proto__` is a property like any other.
  const object: Record<string, unknown> = Object.create(null);
  for (const name of chosen)
    object[name] = sample(sampler, propertyOf(schema, name), name, variant, depth + 1);
  return object;
}

/** A name for a property that `minProperties` requires and the schema does not name. */
function extraName(sampler: Sampler, schema: JsonSchema, index: number): string {
  sampler.budget -= 1;
  const [pattern] = Object.keys(schemaAt(schema, 'patternProperties'));
  const names = pattern === undefined ? schemaAt(schema, 'propertyNames') : { pattern };
  return sampleString(sampler, names, 'property', index);
}

function propertyOf(schema: JsonSchema, name: string): JsonSchema {
  const properties = schemaAt(schema, 'properties');
  if (Object.hasOwn(properties, name)) return toSchema(properties[name]);
  for (const [pattern, property] of Object.entries(schemaAt(schema, 'patternProperties'))) {
    if (matches(pattern, name)) return toSchema(property);
  }
  return schemaAt(schema, 'additionalProperties');
}

function sampleArray(sampler: Sampler, schema: JsonSchema, name: string, depth: number): unknown[] {
  const prefix = listAt(schema, 'prefixItems');
  const contained = 'contains' in schema ? (numberAt(schema, 'minContains') ?? 1) : 0;
  const preferred = depth < MAX_OPTIONAL_DEPTH && schema.items !== false ? 1 : 0;
  const min = Math.max(numberAt(schema, 'minItems') ?? preferred, contained, prefix.length);
  const length = Math.min(min, numberAt(schema, 'maxItems') ?? Infinity, sampler.budget);
  const items = schemaAt(schema, 'items');
  return Array.from({ length: Math.max(length, 0) }, (_, index) => {
    const own = index < prefix.length ? toSchema(prefix[index]) : items;
    const isContained = index >= prefix.length && index < prefix.length + contained;
    const item = isContained ? merge(own, schemaAt(schema, 'contains')) : own;
    return sample(sampler, item, name, index, depth + 1);
  });
}
