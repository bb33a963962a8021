import {
  type JsonSchema,
  listAt,
  merge,
  numberAt,
  resolve,
  schemaAt,
  textsAt,
  toSchema,
} from './json-schema.ts';
import { matches, sampleNumber, sampleText } from './plain-values.ts';

/** Below this depth, only what is required is filled in: a schema may contain itself. */
const DEPTH_OF_EXTRAS = 3;
const DEEPEST = 24;
/** However much a schema asks for, no more is done for it: a value costs one, and so does a schema that is read. */
const EFFORT = 10_000;
const EFFORT_OF_A_PATTERN = 100;
/** So many characters cost one. */
const CHARACTERS_FOR_ONE = 100;

/**
 * Arguments for a function, as JSON, which validate against the JSON Schema of its parameters. Deterministic. What it
 * does not follow are `not`, `if` and remote references; of `anyOf` and `oneOf` it takes the first.
 */
export function makeArguments(parameters: JsonSchema): string {
  const sampler = { root: parameters, effort: EFFORT };
  return JSON.stringify(sampleObject(sampler, flatten(sampler, parameters), 0, 0));
}

interface Sampler {
  readonly root: JsonSchema;
  /** What may still be spent. */
  effort: number;
}

/** `name` is what the value is for, `variant` tells the items of an array apart. */
function sample(sampler: Sampler, schema: JsonSchema, name: string, variant: number, depth: number): unknown {
  sampler.effort -= 1;
  if (sampler.effort < 0 || depth > DEEPEST) return null;
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
      return sampleWords(sampler, flat, name, variant);
  }
}

function sampleWords(sampler: Sampler, schema: JsonSchema, name: string, variant: number): string {
  const text = sampleText(schema, name, variant);
  sampler.effort -= text.length / CHARACTERS_FOR_ONE + ('pattern' in schema ? EFFORT_OF_A_PATTERN : 0);
  return text;
}

/** Brings references and combined schemas into one. */
function flatten(sampler: Sampler, schema: JsonSchema, depth = 0): JsonSchema {
  sampler.effort -= 1;
  if (sampler.effort < 0 || depth > DEEPEST) return {};
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

/** The first type that is named, or the one that the other keywords are about. */
function typeOf(schema: JsonSchema): string {
  const named = Array.isArray(schema.type) ? textsAt(schema, 'type') : [schema.type];
  const type = named.find((each) => each !== 'null') ?? named[0];
  if (typeof type === 'string') return type;
  const has = (...keywords: string[]) => keywords.some((keyword) => keyword in schema);
  if (has('properties', 'required', 'additionalProperties', 'minProperties')) return 'object';
  if (has('items', 'prefixItems', 'minItems', 'contains', 'uniqueItems')) return 'array';
  if (has('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf')) return 'number';
  return 'string';
}

function sampleObject(sampler: Sampler, schema: JsonSchema, variant: number, depth: number) {
  const properties = schemaAt(schema, 'properties');
  const names = new Set(textsAt(schema, 'required'));
  // Without a word on what is required, empty arguments would be valid, and would show nothing.
  const optional = Object.keys(properties).filter((name) => properties[name] !== false);
  if (!('required' in schema) && depth < DEPTH_OF_EXTRAS) for (const name of optional) names.add(name);
  for (const name of names)
    for (const other of textsAt(schemaAt(schema, 'dependentRequired'), name)) names.add(other);
  const least = numberAt(schema, 'minProperties') ?? 0;
  for (const name of optional) if (names.size < least) names.add(name);
  for (let index = 1; names.size < least && sampler.effort > 0; index += 1)
    names.add(freeName(sampler, schema, index));
  const most = Math.max(numberAt(schema, 'maxProperties') ?? Infinity, textsAt(schema, 'required').length);
  const chosen = [...names].slice(0, most);
  // Null has no prototype: a property may be called __proto__.
  const made: Record<string, unknown> = Object.create(null);
  for (const name of chosen) made[name] = sample(sampler, propertyOf(schema, name), name, variant, depth + 1);
  return made;
}

/** A name for a property that the schema only counts. */
function freeName(sampler: Sampler, schema: JsonSchema, index: number): string {
  sampler.effort -= 1;
  const [pattern] = Object.keys(schemaAt(schema, 'patternProperties'));
  const names = pattern === undefined ? schemaAt(schema, 'propertyNames') : { pattern };
  return sampleWords(sampler, names, 'property', index);
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
  const first = listAt(schema, 'prefixItems');
  const contained = 'contains' in schema ? (numberAt(schema, 'minContains') ?? 1) : 0;
  const wished = depth < DEPTH_OF_EXTRAS && schema.items !== false ? 1 : 0;
  const least = Math.max(numberAt(schema, 'minItems') ?? wished, contained, first.length);
  const length = Math.min(least, numberAt(schema, 'maxItems') ?? Infinity, sampler.effort);
  const items = schemaAt(schema, 'items');
  return Array.from({ length: Math.max(length, 0) }, (_, index) => {
    const own = index < first.length ? toSchema(first[index]) : items;
    const inContained = index >= first.length && index < first.length + contained;
    const item = inContained ? merge(own, schemaAt(schema, 'contains')) : own;
    return sample(sampler, item, name, index, depth + 1);
  });
}
