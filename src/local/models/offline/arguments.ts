import { charge, flatten, type JsonSchema, listAt, numberAt, schemaAt, type Work } from './json-schema.ts';

/** Values are nested at most this deep: a schema can contain itself. */
const MAX_DEPTH = 10;
/** Below this depth, only required properties and items are generated. */
const MAX_OPTIONAL_DEPTH = 3;
const MAX_STRING_LENGTH = 1_000;
const MAX_ITEMS = 100;

/** A string for the formats that functions use. */
const FORMATS = new Map([
  ['date-time', '2024-04-15T12:00:00Z'],
  ['date', '2024-04-15'],
  ['time', '12:00:00Z'],
  ['duration', 'P1D'],
  ['email', 'someone@example.com'],
  ['hostname', 'www.example.com'],
  ['ipv4', '192.0.2.1'],
  ['ipv6', '2001:db8::1'],
  ['uri', 'https://example.com/'],
  ['uuid', '00000000-0000-4000-8000-000000000000'],
]);

/**
 * Makes up arguments for a function, as JSON, from the JSON Schema of its parameters. Deterministic. Follows the keywords
 * that describe a value, such as `properties`, `enum` and `minimum`, and uses an example or a default if there is one.
 * Ignores those that only a validator needs, such as `pattern` and `not`. What is left when the work is used up is null.
 */
export function makeArguments(parameters: JsonSchema, work: Work): string {
  const sampler = { root: parameters, work };
  return JSON.stringify(sampleObject(sampler, flatten(parameters, parameters, work), 0, 0));
}

interface Sampler {
  readonly root: JsonSchema;
  readonly work: Work;
}

/** A value for a schema. `name` is the name of its property; `index` makes the items of a list differ. */
function sample(sampler: Sampler, schema: JsonSchema, name: string, index: number, depth: number): unknown {
  const { root, work } = sampler;
  const flat = flatten(root, schema, work);
  if (work.left < 0 || depth > MAX_DEPTH) return null;
  const given = givenValues(flat);
  if (given.length > 0) {
    const value = given[index % given.length];
    return charge(work, JSON.stringify(value)) ? value : null;
  }
  switch (typeOf(flat)) {
    case 'object':
      return sampleObject(sampler, flat, index, depth);
    case 'array':
      return sampleArray(sampler, flat, name, depth);
    case 'integer':
      return sampleNumber(flat, numberAt(flat, 'multipleOf') ?? 1, index);
    case 'number':
      return sampleNumber(flat, numberAt(flat, 'multipleOf'), index);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return sampleString(work, flat, name, index);
  }
}

/** The values that a schema itself gives, if any. */
function givenValues(schema: JsonSchema): readonly unknown[] {
  if ('const' in schema) return [schema.const];
  const [list] = [listAt(schema, 'enum'), listAt(schema, 'examples')].filter(({ length }) => length > 0);
  return list ?? ('default' in schema ? [schema.default] : []);
}

/** The first type in `type` other than null, or the type that the other keywords are about. */
function typeOf(schema: JsonSchema): unknown {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  const type = types.find((each) => each !== 'null') ?? types[0];
  if (type !== undefined) return type;
  if ('properties' in schema || 'required' in schema) return 'object';
  if ('items' in schema || 'prefixItems' in schema) return 'array';
  return 'minimum' in schema || 'maximum' in schema ? 'number' : 'string';
}

function sampleObject(sampler: Sampler, schema: JsonSchema, index: number, depth: number): object {
  const properties = schemaAt(schema, 'properties');
  // Without `required`, an empty object would be valid, but a poor example.
  const optional = 'required' in schema || depth >= MAX_OPTIONAL_DEPTH ? [] : Object.keys(properties);
  const names = new Set([...listAt(schema, 'required'), ...optional]);
  const entries: [string, unknown][] = [];
  for (const name of names) {
    if (typeof name !== 'string' || !charge(sampler.work, name)) continue;
    const property = Object.hasOwn(properties, name) ? schemaAt(properties, name) : {};
    entries.push([name, sample(sampler, property, name, index, depth + 1)]);
  }
  // Unlike an assignment, this makes `__proto__` a property like any other.
  return Object.fromEntries(entries);
}

function sampleArray(sampler: Sampler, schema: JsonSchema, name: string, depth: number): unknown[] {
  const tuple = listAt(schema, 'prefixItems');
  const preferred = depth < MAX_OPTIONAL_DEPTH && schema.items !== false ? 1 : 0;
  const wanted = Math.max(numberAt(schema, 'minItems') ?? preferred, tuple.length);
  const length = Math.min(wanted, numberAt(schema, 'maxItems') ?? wanted, MAX_ITEMS);
  const items: unknown[] = [];
  for (let index = 0; index < length && sampler.work.left > 0; index += 1) {
    const item = index < tuple.length ? schemaAt(tuple, index) : schemaAt(schema, 'items');
    items.push(sample(sampler, item, name, index, depth + 1));
  }
  return items;
}

/** A number within the bounds: the lowest that is not negative, if they allow one. */
function sampleNumber(schema: JsonSchema, step: number | undefined, index: number): number {
  const low = numberAt(schema, 'exclusiveMinimum') ?? numberAt(schema, 'minimum') ?? -Infinity;
  const high = numberAt(schema, 'exclusiveMaximum') ?? numberAt(schema, 'maximum') ?? Infinity;
  const fits = (value: number) =>
    (value > low || (value === low && !('exclusiveMinimum' in schema))) &&
    (value < high || (value === high && !('exclusiveMaximum' in schema)));
  const stride = step !== undefined && step > 0 ? step : 1;
  const direction = low === -Infinity && high <= 0 ? -1 : 1;
  const start = low > -Infinity ? low : Math.min(high, 0);
  const first = step === undefined ? start : direction * Math.ceil((direction * start) / stride) * stride;
  const candidates = [index, 0, 1].map((steps) => first + direction * steps * stride);
  return [...candidates, (low + high) / 2].find(fits) ?? 0;
}

/** The schema's format, or else the name of the property. */
function sampleString(work: Work, schema: JsonSchema, name: string, index: number): string | null {
  const { format } = schema;
  const formatted = typeof format === 'string' ? FORMATS.get(format) : undefined;
  if (formatted !== undefined) return formatted;
  const numbered = index === 0 ? name : `${name} ${index + 1}`;
  const min = Math.min(numberAt(schema, 'minLength') ?? 0, MAX_STRING_LENGTH);
  const max = Math.min(numberAt(schema, 'maxLength') ?? MAX_STRING_LENGTH, MAX_STRING_LENGTH);
  const text = numbered.padEnd(min, ` ${numbered}`).slice(0, Math.max(max, 0));
  return charge(work, text) ? text : null;
}
