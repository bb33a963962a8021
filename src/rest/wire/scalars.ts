/**
 * How the plain values of the REST API are read, whatever an upstream makes of them. A value that the graph may show
 * as null becomes null when it is missing or of another type; a value that it must show fails its whole object.
 */
import { z } from 'zod';
import { isTooDeep } from '../nesting.ts';
import { isId } from '../path.ts';

/** Above this a time cannot be in Unix seconds (it would be the year 5138): the upstream sent milliseconds. */
const MAX_SECONDS = 1e11;
/** The end of the year 9999, the last that ISO 8601 writes with four digits. What is beyond is no time of ours. */
const MAX_MILLISECONDS = 253_402_300_799_999;

export const text = z.string();
export const optionalText = text.nullable().catch(null);
export const optionalNumber = z.number().nullable().catch(null);
/** An id as others can be asked for it: one that cannot stand in a path would make a global id that leads elsewhere. */
export const id = text.refine(isId, 'is no id');
export const optionalId = id.nullable().catch(null);
/** GraphQL counts in 32 bits. */
export const count = z.int32();
export const optionalCount = count.nullable().catch(null);

/** Unix seconds. */
export const instant = z
  .number()
  .nonnegative()
  .max(MAX_MILLISECONDS)
  .transform((time) => (time > MAX_SECONDS ? time / 1000 : time));
export const optionalInstant = instant.nullable().catch(null);

export const jsonObject = z
  .record(z.string(), z.unknown())
  .refine((value) => !isTooDeep(value), 'is nested too deeply');
export const optionalJsonObject = jsonObject.nullable().catch(null);

/** Left out or null, a list is empty; anything else that is no list fails its object. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
}

/** A list of ids. What is no id names nothing and is left out. */
export const idList = listOf(z.unknown()).transform((items) =>
  items.filter((item): item is string => typeof item === 'string' && isId(item)),
);

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
  const unknown = z.unknown().refine((value) => !isTooDeep(value), 'is nested too deeply');
  return z.union([known, unknown.transform(unknownPart)]);
}

function unknownPart(value: unknown): UnknownPart {
  const object = jsonObject.safeParse(value);
  const raw = object.success ? object.data : { value };
  return { type: 'unknown', raw_type: typeof raw.type === 'string' ? raw.type : '', raw };
}
