/**
 * The limits of the REST API, held before anything is sent. Each function returns what it was given, or throws
 * BAD_USER_INPUT naming the argument by its path. Null and undefined pass: whether a value may be missing is the schema's.
 */
import { limits } from '../rest/limits.ts';
import { isTooDeep, MAX_NESTING } from '../rest/nesting.ts';
import type { Metadata } from '../rest/requests.ts';
import { badUserInput } from './errors.ts';

/** A text of at most `most` characters, as a person counts them. */
export function requireText<T extends string | null | undefined>(text: T, most: number, argument: string): T {
  if (text && isLonger(text, most)) throw badUserInput(argument, `is longer than ${most} characters`);
  return text;
}

function isLonger(text: string, most: number): boolean {
  return text.length > most && Array.from(text).length > most;
}

export function requireNotEmpty<T extends string | null | undefined>(text: T, argument: string): T {
  if (text === '') throw badUserInput(argument, 'is empty');
  return text;
}

export function requireCount<T extends readonly unknown[] | null | undefined>(
  list: T,
  most: number,
  argument: string,
): T {
  if (list && list.length > most) throw badUserInput(argument, `holds more than ${most} items`);
  return list;
}

export function requireBetween<T extends number | null | undefined>(
  value: T,
  [least, most]: readonly [number, number],
  argument: string,
): T {
  if (typeof value === 'number' && (value < least || value > most)) {
    throw badUserInput(
      argument,
      most === Infinity ? `is less than ${least}` : `is not between ${least} and ${most}`,
    );
  }
  return value;
}

export function requireShallow<T extends object>(value: T, argument: string): T {
  if (isTooDeep(value)) throw badUserInput(argument, `is nested more than ${MAX_NESTING} deep`);
  return value;
}

export function requireMetadata<T extends Metadata | null | undefined>(metadata: T, argument: string): T {
  const pairs = Object.entries<string>(metadata ?? {});
  if (pairs.length > limits.metadataPairs) {
    throw badUserInput(argument, `holds more than ${limits.metadataPairs} pairs`);
  }
  for (const [key, value] of pairs) {
    if (isLonger(key, limits.metadataKey)) {
      throw badUserInput(argument, `has a key longer than ${limits.metadataKey} characters`);
    }
    requireText(value, limits.metadataValue, `${argument}.${key}`);
  }
  return metadata;
}

export function requireFileIds<T extends readonly string[] | null | undefined>(
  fileIds: T,
  most: number,
  argument: string,
): T {
  requireCount(fileIds, most, argument);
  fileIds?.forEach((id, index) => {
    requireNotEmpty(id, `${argument}[${index}]`);
  });
  return fileIds;
}

/** A change must change something. */
export function requireChange({ id: _, ...changes }: { id: string; [field: string]: unknown }): void {
  if (Object.values(changes).every((value) => value === undefined)) {
    throw badUserInput('input', 'changes nothing: it holds no more than an id');
  }
}

/** A change of an object of which nothing but the metadata can be changed. */
export interface ModifyMetadataInput {
  id: string;
  metadata?: Metadata | null | undefined;
}

/** The metadata of a change: null clears it. */
export function requireNewMetadata(input: ModifyMetadataInput): Metadata {
  requireChange({ ...input });
  return requireMetadata(input.metadata ?? {}, 'input.metadata');
}
