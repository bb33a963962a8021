import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { codedError } from '../errors.ts';

/**
 * Bounds the length of a result: one long text under hundreds of aliases is a single string in memory, but takes the
 * memory of the whole process when it is serialized.
 *
 * @param max characters of names and values; see {@link limitResult}
 */
export function useResponseLimit(max: number): Plugin {
  return {
    onExecute: () => ({
      onExecuteDone({ result, setResult }) {
        if ('data' in result) setResult(limitResult(result, max));
      },
    }),
  };
}

/** The result itself, or QUERY_TOO_EXPENSIVE without data if it is longer. What a mutation changed stays changed. */
export function limitResult(result: ExecutionResult, max: number): ExecutionResult {
  if (isWithin(result.data, max)) return result;
  const message = `The response is longer than ${max} characters: request less at a time`;
  return {
    data: null,
    errors: [codedError('QUERY_TOO_EXPENSIVE', message, { limits: { answer: max } })],
  };
}

function isWithin(data: unknown, max: number): boolean {
  const open: unknown[] = [data];
  let length = 0;
  while (open.length > 0 && length <= max) {
    const value = open.pop();
    if (typeof value === 'string') length += value.length;
    else if (typeof value !== 'object' || value === null) length++;
    else if (Array.isArray(value)) for (const item of value) open.push(item);
    else {
      for (const [key, field] of Object.entries(value)) {
        length += key.length;
        open.push(field);
      }
    }
  }
  return length <= max;
}
