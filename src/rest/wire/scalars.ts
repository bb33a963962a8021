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
export const optionalText = text.nullable().catch(null);
export const optionalNumber = z.number().nullable().catch(null);
/** An id that is valid in a path: any other would make a global id that names a different object. */
export const id = text.refine(isId, 'is not a valid id');
export const optionalId = id.nullable().catch(null);
/** GraphQL integers have 32 bits. */
export const count = z.int32();
export const optionalCount = count.nullable().catch(null);

/** Unix seconds. */
export const instant = z
  .number()
  .nonnegative()
  .max(MAX_MILLISECONDS)
  .transform((time) => (time > MAX_SECONDS ? time / 1000 : time));
export const optionalInstant = instant.nullable().catch(null);

/** A JSON object, kept as it is. */
export const jsonObject = z
  .custom<Record<string, unknown>>(isJsonObject, 'is not an object')
  .refine((value) => !isTooDeep(value), 'is nested too deeply');
export const optionalJsonObject = jsonObject.nullable().catch(null);

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
export const metadata = jsonObject.catch({}).transform((pairs) =>
  // fromEntries defines keys rather than assigning them, so that `__proto__` is a key like any other.
  Object.fromEntries(
    Object.entries(pairs).map(([key, value]) => [
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
