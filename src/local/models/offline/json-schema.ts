/** A JSON Schema from a client: any part of it can be missing or invalid. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a model may still spend on arguments. Below 0, it is used up. Shared by all calls of a round. */
export interface Work {
  left: number;
}

/** Enough for arguments of about 5,000 values, or of 100,000 characters. */
const MAX_WORK = 10_000;
const CHARACTERS_PER_UNIT = 10;
/** A schema can reference itself. */
const MAX_MERGE_DEPTH = 8;
const MAX_REFERENCE_LENGTH = 1_000;

export function newWork(): Work {
  return { left: MAX_WORK };
}

/** Takes the cost of a text from what is left. Returns false if that was not enough. */
export function charge(work: Work, text: string): boolean {
  work.left -= text.length / CHARACTERS_PER_UNIT;
  return work.left >= 0;
}

/** The subschema of a keyword. Empty if it is `true`, missing or invalid. */
export function schemaAt(schema: object, keyword: PropertyKey): JsonSchema {
  const value: unknown = Reflect.get(schema, keyword);
  return isObject(value) ? value : {};
}

/** The list of a keyword. Empty if it is missing or invalid. */
export function listAt(schema: JsonSchema, keyword: string): readonly unknown[] {
  const value = schema[keyword];
  return Array.isArray(value) ? value : [];
}

/** The number of a keyword, or undefined if it is missing or invalid. */
export function numberAt(schema: JsonSchema, keyword: string): number | undefined {
  const value = schema[keyword];
  return typeof value === 'number' ? value : undefined;
}

/**
 * A schema together with those that it references or combines: `$ref` within the document, all of `allOf`, and the first
 * of `anyOf` and `oneOf`. Where they contradict each other, the last one counts. Incomplete if the work is used up.
 */
export function flatten(root: JsonSchema, schema: JsonSchema, work: Work): JsonSchema {
  // Without a prototype, `__proto__` is a key like any other.
  const flat: Flat = { keywords: Object.create(null), properties: Object.create(null), required: [] };
  collect(flat, root, schema, work, 0);
  const { keywords, properties, required } = flat;
  if ('properties' in keywords) keywords.properties = properties;
  if ('required' in keywords) keywords.required = required;
  return keywords;
}

interface Flat {
  readonly keywords: Record<string, unknown>;
  readonly properties: Record<string, unknown>;
  readonly required: unknown[];
}

function collect(flat: Flat, root: JsonSchema, schema: JsonSchema, work: Work, depth: number): void {
  if (work.left < 0 || depth > MAX_MERGE_DEPTH) return;
  work.left -= sizeOf(schema);
  Object.assign(flat.keywords, schema);
  Object.assign(flat.properties, schemaAt(schema, 'properties'));
  for (const name of listAt(schema, 'required')) flat.required.push(name);
  const parts = [
    resolve(root, schema.$ref),
    ...listAt(schema, 'allOf'),
    listAt(schema, 'anyOf')[0],
    listAt(schema, 'oneOf')[0],
  ];
  for (const part of parts) if (isObject(part)) collect(flat, root, part, work, depth + 1);
}

/** The number of values in a schema and directly in its keywords, which is all that {@link collect} reads. */
function sizeOf(schema: JsonSchema): number {
  let size = 1;
  for (const value of Object.values(schema)) {
    if (typeof value === 'object' && value !== null) size += Object.keys(value).length;
    size += 1;
  }
  return size;
}

/** The target of a `$ref` within the document, such as `#/$defs/address`. */
function resolve(root: JsonSchema, reference: unknown): unknown {
  if (typeof reference !== 'string' || !/^#(\/|$)/.test(reference)) return undefined;
  if (reference.length > MAX_REFERENCE_LENGTH) return undefined;
  let target: unknown = root;
  for (const part of reference.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof target !== 'object' || target === null || !Object.hasOwn(target, key)) return undefined;
    target = Reflect.get(target, key);
  }
  return target;
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
