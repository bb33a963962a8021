import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { acceptsJson } from './accept.ts';
import { httpError } from './status.ts';

/** Clients send batches of 10 or so. Longer ones are refused with one error for all operations. */
const MAX_RESULTS = 100;

/**
 * Refuses lists of operations. The response is a list too, with the error for each operation: clients that send batches cannot
 * assign anything else to their operations, and show an error of their own instead.
 */
export function useRefusedBatches(): Plugin {
  const lengths = new WeakMap<Request, number>();
  return {
    onRequestParse: ({ request }) => ({
      onRequestParseDone({ requestParserResult: operations }) {
        if (!Array.isArray(operations)) return;
        if (operations.length <= MAX_RESULTS) lengths.set(request, operations.length);
        const message = 'Batching is not supported: send each operation in a request of its own';
        throw httpError(400, message);
      },
    }),
    onResultProcess({ request, result, setResult }) {
      const length = lengths.get(request) ?? 0;
      if (length === 0 || Array.isArray(result) || isAsyncIterable(result)) return;
      if (!acceptsJson(request.headers.get('accept'))) return;
      setResult(Array.from({ length }, () => result));
    },
  };
}
