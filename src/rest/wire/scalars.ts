/**
 * Readers for the plain values of the REST API. A nullable value becomes null if it is missing or of another type; a
 * required value fails its whole object.
 */
import { z } from 'zod';
import { isTooDeep } from '../nesting.ts';
import { isId } from '../path.ts';
import { INVALID, type Read, readBy, readerOf } from './reader.ts';

/** Larger times cannot be Unix seconds (that would be the year 5138): the upstream sent milliseconds. */
const MAX_SECONDS = 1e11;
/** The end of the year 9999, the last that ISO 8601 writes with four digits. */
const MAX_MILLISECONDS = 253_402_300_799_999;

export const text = readBy(z.string(), (value) => (isText(value) ? value : INVALID));
export const optionalText = nullUnless(isText);
export const optionalNumber = nullUnless(isNumber);
/** An id that is valid in a path: any other would make a global id that names a different object. */
export const id = readBy(text.refine(isId, 'is not a valid id'), (value) =>
  isText(value) && isId(value) ? value : INVALID,
);
export const optionalId = nullUnless((value): value is string => isText(value) && isId(value));
/** GraphQL integers have 32 bits. */
export const count = readBy(z.int32(), (value) =>
  isNumber(value) && (value | 0) === value ? value : INVALID,
);
export const optionalCount = orNull(count);

/** Unix seconds. */
export const instant = readBy(z.number().nonnegative().max(MAX_MILLISECONDS).transform(toSeconds), (value) =>
  isNumber(value) && value >= 0 && value <= MAX_MILLISECONDS ? toSeconds(value) : INVALID,
);
export const optionalInstant = orNull(instant);

/** A JSON object, kept as it is. */
export const jsonObject = readBy(
  z
    .custom<Record<string, unknown>>(isJsonObject, 'is not an object')
    .refine((value) => !isTooDeep(value), 'is nested too deeply'),
  (value) => (isJsonObject(value) && !isTooDeep(value) ? value : INVALID),
);
export const optionalJsonObject = orNull(jsonObject);

/**
 * Reads a value that may be missing or of another type: then it is null. Zod's `catch` does the same, but makes an error for
 * each missing value, which took ten times as long as the rest of a run with few fields.
 */
export function orNull<Known extends z.ZodType>(known: Known) {
  const readKnown = readerOf(known);
  return directly<z.output<Known> | null>(
    (value) => (value === undefined || value === null ? null : (known.safeParse(value).data ?? null)),
    (value) => {
      if (value === undefined || value === null) return null;
      const read = readKnown(value);
      return read === INVALID ? null : read;
    },
  );
}

/** The same where nothing is changed, which is most fields: cheaper again. */
function nullUnless<Known>(isValid: (value: unknown) => value is Known) {
  return directly((value) => (isValid(value) ? value : null));
}

/** A schema that accepts any value. @param read the same without zod */
export function directly<Value>(toValue: (value: unknown) => Value, read: Read<Value> = toValue) {
  // The type of a transform that may be asynchronous is that of what it resolves to.
  const schema = z.unknown().optional().transform(toValue) as z.ZodType<unknown> as z.ZodType<Value>;
  return readBy(schema, read);
}

function toSeconds(time: number): number {
  return time > MAX_SECONDS ? time / 1000 : time;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A missing or null list is empty; any other value that is not a list fails its object. */
export function listOf<Item extends z.ZodType>(item: Item) {
  const readItem = readerOf(item);
  const schema = z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
  return readBy(schema, (value) => {
    const items: z.output<Item>[] = [];
    if (value === undefined || value === null) return items;
    if (!Array.isArray(value)) return INVALID;
    for (const each of value) {
      const read = readItem(each);
      if (read === INVALID) return INVALID;
      items.push(read);
    }
    return items;
  });
}

/** A list of ids without its invalid entries, or null if the upstream does not say which ids there are. */
export const optionalIdList = readBy(z.array(z.unknown()).nullish().transform(readIds), (value) =>
  value === undefined || value === null || Array.isArray(value) ? readIds(value) : INVALID,
);

function readIds(items: readonly unknown[] | null | undefined): string[] | null {
  const ids = items?.filter((item): item is string => typeof item === 'string' && isId(item));
  return ids === undefined || (ids.length === 0 && items?.length !== 0) ? null : ids;
}

/** Key-value pairs. Values that are not strings become JSON text; anything but an object becomes an empty map. */
export const metadata = directly((value): Record<string, string> => {
  const pairs = isJsonObject(value) && !isTooDeep(value) ? value : {};
  // fromEntries defines keys rather than assigning them, so that `__proto__` is a key like any other.
  return Object.fromEntries(
    Object.entries(pairs).map(([key, each]) => [key, typeof each === 'string' ? each : JSON.stringify(each)]),
  );
});

/** Part of an object whose kind is unknown to this version, or known but malformed. */
export interface UnknownPart {
  readonly type: 'unknown';
  readonly raw_type: string;
  readonly raw: Record<string, unknown>;
}

/** Reads `known`, and keeps any other value as an {@link UnknownPart}, so that no data is lost. */
export function orUnknown<Known extends z.ZodType>(known: Known) {
  const unknown = z.unknown().refine((value) => !isTooDeep(value), 'is nested too deeply');
  const readKnown = readerOf(known);
  const schema: z.ZodType<z.output<Known> | UnknownPart> = z.union([known, unknown.transform(unknownPart)]);
  return readBy(schema, (value) => {
    const read = readKnown(value);
    if (read !== INVALID) return read;
    return isTooDeep(value) ? INVALID : unknownPart(value);
  });
}

function unknownPart(value: unknown): UnknownPart {
  const object = jsonObject.safeParse(value);
  const raw = object.success ? object.data : { value };
  return { type: 'unknown', raw_type: typeof raw.type === 'string' ? raw.type : '', raw };
}
