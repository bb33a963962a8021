/**
 * Checks of input values against the limits of the REST API, made before anything is sent. Each function returns its value,
 * or throws BAD_USER_INPUT naming the argument by its path. Null and undefined pass: the schema says what is required.
 */
import { badUserInput } from '../../errors.ts';
import { limits } from '../../rest/limits.ts';
import { isTooDeep, MAX_NESTING } from '../../rest/nesting.ts';
import type { Metadata } from '../../rest/requests.ts';
import { OWNER_KEY } from '../../rest/wire/thread.ts';
import { requireIdLength } from '../global-id.ts';

/** @param max in characters, as Unicode code points */
export function requireText<T extends string | null | undefined>(text: T, max: number, argument: string): T {
  if (text && isLonger(text, max)) throw badUserInput(argument, `must be at most ${max} characters long`);
  return text;
}

function isLonger(text: string, max: number): boolean {
  return text.length > max && Array.from(text).length > max;
}

export function requireNotEmpty<T extends string | null | undefined>(text: T, argument: string): T {
  if (text === '') throw badUserInput(argument, 'must not be empty');
  return text;
}

export function requireCount<T extends readonly unknown[] | null | undefined>(
  list: T,
  max: number,
  argument: string,
): T {
  if (list && list.length > max) throw badUserInput(argument, `must have at most ${max} items`);
  return list;
}

export function requireBetween<T extends number | null | undefined>(
  value: T,
  [min, max]: readonly [number, number],
  argument: string,
): T {
  if (typeof value === 'number' && (value < min || value > max)) {
    throw badUserInput(
      argument,
      max === Infinity ? `must be at least ${min}` : `must be between ${min} and ${max}`,
    );
  }
  return value;
}

export function requireShallow<T extends object>(value: T, argument: string): T {
  if (isTooDeep(value)) throw badUserInput(argument, `must be nested at most ${MAX_NESTING} levels deep`);
  return value;
}

export function requireMetadata<T extends Metadata | null | undefined>(
  metadata: T,
  argument: string,
  maxPairs: number = limits.metadataPairs,
): T {
  const pairs = Object.entries<string>(metadata ?? {});
  if (pairs.length > maxPairs) {
    throw badUserInput(argument, `must have at most ${maxPairs} pairs`);
  }
  for (const [key, value] of pairs) {
    if (isLonger(key, limits.metadataKey)) {
      throw badUserInput(argument, `must have keys of at most ${limits.metadataKey} characters`);
    }
    requireText(value, limits.metadataValue, `${argument}.${key}`);
  }
  return metadata;
}

/** Of a thread. @param maxPairs `threadPairs` of the operation */
export function requireThreadMetadata<T extends Metadata | null | undefined>(
  metadata: T,
  argument: string,
  maxPairs: number,
): T {
  if (metadata && Object.hasOwn(metadata, OWNER_KEY)) {
    throw badUserInput(argument, `must not have the key ${OWNER_KEY}, which the server keeps for itself`);
  }
  return requireMetadata(metadata, argument, maxPairs);
}

export function requireFileIds<T extends readonly string[] | null | undefined>(
  fileIds: T,
  max: number,
  argument: string,
): T {
  requireCount(fileIds, max, argument);
  fileIds?.forEach((id, index) => {
    requireRestId(id, `${argument}[${index}]`);
  });
  return fileIds;
}

/** An ID that is not part of a path: of a file or a tool call. */
export function requireRestId(id: string, argument: string): string {
  return requireIdLength(requireNotEmpty(id, argument), argument);
}

/** An update must set at least one field besides `id`. */
export function requireChange({ id: _, ...changes }: { id: string; [field: string]: unknown }): void {
  if (Object.values(changes).every((value) => value === undefined)) {
    throw badUserInput('input', 'must change at least one field');
  }
}
