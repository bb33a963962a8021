/**
 * Readers for the plain values of the REST API. A nullable value becomes null if it is missing or of another type; a
 * required value fails its whole object.
 */
import { z } from 'zod';
import { isTooDeep } from '../nesting.ts';
import { isId } from '../path.ts';

/** Larger times cannot be Unix seconds (that would be the year 5138): the upstream sent milliseconds. */
const MAX_SECONDS = 1e11;
/** The end of the year 9999, the last that ISO 8601 writes with four digits. */
const MAX_MILLISECONDS = 253_402_300_799_999;

export const text = z.string();
export const optionalText = nullUnless(isText);
export const optionalNumber = nullUnless(isNumber);
/** An id that is valid in a path: any other would make a global id that names a different object. */
export const id = text.refine(isId, 'is not a valid id');
export const optionalId = nullUnless((value): value is string => isText(value) && isId(value));
/** GraphQL integers have 32 bits. */
export const count = z.int32();
export const optionalCount = orNull(count);

/** Unix seconds. */
export const instant = z
  .number()
  .nonnegative()
  .max(MAX_MILLISECONDS)
  .transform((time) => (time > MAX_SECONDS ? time / 1000 : time));
export const optionalInstant = orNull(instant);

/** A JSON object, kept as it is. */
export const jsonObject = z
  .custom<Record<string, unknown>>(isJsonObject, 'is not an object')
  .refine((value) => !isTooDeep(value), 'is nested too deeply');
export const optionalJsonObject = orNull(jsonObject);

/**
 * Reads a value that may be missing or of another type: then it is null. Zod's `catch` does the same, but makes an error for
 * each missing value, which took ten times as long as the rest of a run with few fields.
 */
export function orNull<Known extends z.ZodType>(known: Known) {
  return z
    .unknown()
    .optional()
    .transform((value): z.output<Known> | null =>
      value === undefined || value === null ? null : (known.safeParse(value).data ?? null),
    );
}

/** The same where nothing is changed, which is most fields: cheaper again. */
function nullUnless<Known>(isValid: (value: unknown) => value is Known) {
  return z
    .unknown()
    .optional()
    .transform((value) => (isValid(value) ? value : null));
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
  return z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
}

/** A list of ids without its invalid entries, or null if the upstream does not say which ids there are. */
export const optionalIdList = z
  .array(z.unknown())
  .nullish()
  .transform((items) => {
    const ids = items?.filter((item): item is string => typeof item === 'string' && isId(item));
    return ids === undefined || (ids.length === 0 && items?.length !== 0) ? null : ids;
  });

/** Key-value pairs. Values that are not strings become JSON text; anything but an object becomes an empty map. */
export const metadata = optionalJsonObject.transform((pairs) =>
  // fromEntries defines keys rather than assigning them, so that `__proto__` is a key like any other.
  Object.fromEntries(
    Object.entries(pairs ?? {}).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  ),
);

/** Part of an object whose kind is unknown to this version, or known but malformed. */
export interface UnknownPart {
  readonly type: 'unknown';
  readonly raw_type: string;
  readonly raw: Record<string, unknown>;
}

/** Reads `known`, and keeps any other value as an {@link UnknownPart}, so that no data is lost. */
export function orUnknown<Known extends z.ZodType>(known: Known) {
  const unknown = z.unknown().refine((value) => !isTooDeep(value), 'is nested too deeply');
  return z.union([known, unknown.transform(unknownPart)]);
}

function unknownPart(value: unknown): UnknownPart {
  const object = jsonObject.safeParse(value);
  const raw = object.success ? object.data : { value };
  return { type: 'unknown', raw_type: typeof raw.type === 'string' ? raw.type : '', raw };
}
