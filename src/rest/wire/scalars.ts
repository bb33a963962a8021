/**
 * How the plain values of the REST API are read, whatever an upstream makes of them. A value that the graph may show
 * as null becomes null when it is missing or of another type; a value that it must show fails its whole object.
 */
import { z } from 'zod';

/** Above this a time cannot be in Unix seconds (it would be the year 5138): the upstream sent milliseconds. */
const LARGEST_TIME_IN_SECONDS = 1e11;
/** The last millisecond that ECMAScript can write as a date. */
const LAST_MILLISECOND = 8.64e15;

export const text = z.string();
export const optionalText = text.nullable().catch(null);
export const optionalNumber = z.number().nullable().catch(null);
/** GraphQL counts in 32 bits. */
export const count = z.int32();
export const optionalCount = count.nullable().catch(null);

/** Unix seconds. */
export const instant = z
  .number()
  .nonnegative()
  .max(LAST_MILLISECOND)
  .transform((time) => (time > LARGEST_TIME_IN_SECONDS ? time / 1000 : time));
export const optionalInstant = instant.nullable().catch(null);

export const jsonObject = z.record(z.string(), z.unknown());
export const optionalJsonObject = jsonObject.nullable().catch(null);

/** Left out or null, a list is empty; anything else that is no list fails its object. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
}

/** Key-value pairs; what is not a string is shown as JSON, and what is not a map is an empty one. */
export const metadata = jsonObject
  .catch({})
  .transform((pairs) =>
    Object.fromEntries(
      Object.entries(pairs).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
  );

/** A part of an object of a kind that this version does not know, or a known kind that is damaged. */
export interface UnknownPart {
  readonly type: 'unknown';
  readonly raw_type: string;
  readonly raw: Record<string, unknown>;
}

/** Reads `known`, and keeps whatever else comes as an {@link UnknownPart}, so that nothing is lost. */
export function orUnknown<Known extends z.ZodType>(known: Known) {
  return z.union([known, z.unknown().transform(unknownPart)]);
}

function unknownPart(value: unknown): UnknownPart {
  const object = jsonObject.safeParse(value);
  const raw = object.success ? object.data : { value };
  return { type: 'unknown', raw_type: typeof raw.type === 'string' ? raw.type : '', raw };
}
