/** A JSON Schema from a client: any part of it can be missing or invalid. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object. */
function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The subschema of a keyword. Empty if it is `true`, missing or invalid. */
export function schemaAt(schema: JsonSchema, keyword: string): JsonSchema {
  return toSchema(schema[keyword]);
}

/** A value as a schema. Empty if it is not an object. */
export function toSchema(value: unknown): JsonSchema {
  return isObject(value) ? value : {};
}

/** The list of a keyword. Empty if it is missing or invalid. */
export function listAt(schema: JsonSchema, keyword: string): readonly unknown[] {
  const value = schema[keyword];
  return Array.isArray(value) ? value : [];
}

/** The strings in the list of a keyword. */
export function stringsAt(schema: JsonSchema, keyword: string): string[] {
  return listAt(schema, keyword).filter((value) => typeof value === 'string');
}

/** The number of a keyword, or undefined if it is missing or invalid. */
export function numberAt(schema: JsonSchema, keyword: string): number | undefined {
  const value = schema[keyword];
  return typeof value === 'number' ? value : undefined;
}

/** The schema of a `$ref` within the document, such as `#/$defs/address`. Empty if there is none. */
export function resolve(root: JsonSchema, ref: string): JsonSchema {
  if (!ref.startsWith('#')) return {};
  let target: unknown = root;
  for (const part of ref.slice(1).split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    target = isObject(target) || Array.isArray(target) ? Reflect.get(target, key) : undefined;
  }
  return toSchema(target);
}

const LOWER_BOUNDS = new Set(['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']);
const UPPER_BOUNDS = new Set(['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']);

/** One schema with the constraints of both, as far as one schema can express them. */
export function merge(first: JsonSchema, second: JsonSchema): JsonSchema {
  return mergeObjects(first, second, mergeKeyword);
}

/** The properties of both objects; `combine` gives the value of a key that both have. */
function mergeObjects(
  first: JsonSchema,
  second: JsonSchema,
  combine: (key: string, first: unknown, second: unknown) => unknown,
): JsonSchema {
  const merged = new Map(Object.entries(first));
  for (const [key, value] of Object.entries(second)) {
    merged.set(key, merged.has(key) ? combine(key, merged.get(key), value) : value);
  }
  // Unlike an assignment, this makes `__proto__` a property like any other.
  return Object.fromEntries(merged);
}

function mergeKeyword(keyword: string, first: unknown, second: unknown): unknown {
  if (typeof first === 'number' && typeof second === 'number') {
    if (LOWER_BOUNDS.has(keyword)) return Math.max(first, second);
    if (UPPER_BOUNDS.has(keyword)) return Math.min(first, second);
  }
  switch (keyword) {
    case 'required':
    case 'allOf':
      return [...new Set([...toList(first), ...toList(second)])];
    case 'type':
    case 'enum':
      return toList(first).filter((value) => toList(second).includes(value));
    case 'properties':
    case 'patternProperties':
      return mergeObjects(toSchema(first), toSchema(second), (_, one, other) =>
        merge(toSchema(one), toSchema(other)),
      );
    case 'items':
      return isObject(first) && isObject(second) ? merge(first, second) : second;
    default:
      return second;
  }
}

function toList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}
