/** Reading a JSON Schema that a client sent: any part of it may be missing, or nonsense. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object. */
function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The subschema under a keyword; `true` says nothing, and so does what is no schema. */
export function schemaAt(schema: JsonSchema, keyword: string): JsonSchema {
  return toSchema(schema[keyword]);
}

/** A value as a schema: one that is none says nothing. */
export function toSchema(value: unknown): JsonSchema {
  return isObject(value) ? value : {};
}

/** The list under a keyword; empty where there is none. */
export function listAt(schema: JsonSchema, keyword: string): readonly unknown[] {
  const value = schema[keyword];
  return Array.isArray(value) ? value : [];
}

/** The texts in the list under a keyword. */
export function textsAt(schema: JsonSchema, keyword: string): string[] {
  return listAt(schema, keyword).filter((value) => typeof value === 'string');
}

/** The number under a keyword, if it is one. */
export function numberAt(schema: JsonSchema, keyword: string): number | undefined {
  const value = schema[keyword];
  return typeof value === 'number' ? value : undefined;
}

/** Follows `$ref` within the document, as in `#/$defs/address`. What leads nowhere says nothing. */
export function resolve(root: JsonSchema, ref: string): JsonSchema {
  if (!ref.startsWith('#')) return {};
  let place: unknown = root;
  for (const part of ref.slice(1).split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    place = isObject(place) || Array.isArray(place) ? Reflect.get(place, key) : undefined;
  }
  return toSchema(place);
}

/** The stricter of two numbers, by keyword. */
const STRICTER: Readonly<Record<string, (a: number, b: number) => number>> = {
  minimum: Math.max,
  exclusiveMinimum: Math.max,
  minLength: Math.max,
  minItems: Math.max,
  minProperties: Math.max,
  maximum: Math.min,
  exclusiveMaximum: Math.min,
  maxLength: Math.min,
  maxItems: Math.min,
  maxProperties: Math.min,
};

/** One schema that demands what both demand, as far as that can be said in one. */
export function merge(first: JsonSchema, second: JsonSchema): JsonSchema {
  const merged: Record<string, unknown> = { ...first };
  for (const [keyword, value] of Object.entries(second)) {
    merged[keyword] = keyword in first ? mergeKeyword(keyword, first[keyword], value) : value;
  }
  return merged;
}

function mergeKeyword(keyword: string, first: unknown, second: unknown): unknown {
  const stricter = STRICTER[keyword];
  if (stricter && typeof first === 'number' && typeof second === 'number') return stricter(first, second);
  switch (keyword) {
    case 'required':
    case 'allOf':
      return [...new Set([...toList(first), ...toList(second)])];
    case 'type':
    case 'enum':
      return toList(first).filter((value) => toList(second).includes(value));
    case 'properties':
    case 'patternProperties':
      return mergeEach(toSchema(first), toSchema(second));
    case 'items':
      return isObject(first) && isObject(second) ? merge(first, second) : second;
    default:
      return second;
  }
}

function mergeEach(first: JsonSchema, second: JsonSchema): JsonSchema {
  const merged: Record<string, unknown> = { ...first };
  for (const [name, schema] of Object.entries(second)) {
    merged[name] = name in first ? merge(toSchema(first[name]), toSchema(schema)) : schema;
  }
  return merged;
}

function toList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}
