import type { Plugin } from 'graphql-yoga';
import { codedError } from '../resolvers/errors.ts';

/**
 * Keeps an answer from growing without bound: one long text under hundreds of aliases is a single string until it is
 * written out, and takes the process's memory then.
 *
 * @param most characters of names and values; past them the data is withheld, though what was changed stays changed
 */
export function useResponseLimit(most: number): Plugin {
  return {
    onExecute: () => ({
      onExecuteDone({ result, setResult }) {
        if (!('data' in result) || isWithin(result.data, most)) return;
        const message = `The answer is longer than ${most} characters: ask for less at a time`;
        const error = codedError('QUERY_TOO_EXPENSIVE', message, { limits: { answer: most } });
        setResult({ data: null, errors: [error] });
      },
    }),
  };
}

function isWithin(data: unknown, most: number): boolean {
  const open: unknown[] = [data];
  let length = 0;
  while (open.length > 0 && length <= most) {
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
  return length <= most;
}
