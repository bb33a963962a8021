import { type FetchAPI, isAsyncIterable, type Plugin } from 'graphql-yoga';
import { acceptsJson } from './accept.ts';
import type { ServerContext } from './graphql.ts';
import type { InTransit } from './in-transit.ts';
import type { JsonText } from './json-writer.ts';
import { beginResponse, countUnsent, isLong, piecesOf } from './response-body.ts';
import type { SerializedResult, SerializeResult } from './serialize-result.ts';

/**
 * Sends results as `serialize` writes them. Long ones are sent piece by piece if they are JSON, as fast as the client reads.
 *
 * @param responses counts the responses of all clients, until they are read
 */
export function useSerializedResult(
  serialize: SerializeResult,
  responses: InTransit,
): Plugin<object, ServerContext> {
  const texts = new WeakMap<Request, JsonText>();
  return {
    onResultProcess({ request, result, setResult, serverContext: { observation } }) {
      if (isAsyncIterable(result) || Array.isArray(result)) return;
      observation.setErrors(result.errors);
      const send = (serialized: SerializedResult) => {
        const { text } = serialized;
        texts.set(request, text);
        setResult(isLong(text) && isJson(request) ? { ...serialized, stringify: () => '' } : serialized);
      };
      const serialized = serialize(result);
      return serialized instanceof Promise ? serialized.then(send) : send(serialized);
    },
    onResponse({ request, response, setResponse, fetchAPI, serverContext: { res } }) {
      const text = texts.get(request);
      if (text === undefined) return;
      texts.delete(request);
      // By then it has been written.
      if (!isLong(text)) return void setImmediate(countUnsent, res, text, responses);
      const transfer = beginResponse(res, text, responses);
      if (!isJson(request)) return;
      const headers = new fetchAPI.Headers(response.headers);
      headers.set('content-length', String(text.bytes));
      const { status } = response;
      setResponse(new fetchAPI.Response(streamOf(piecesOf(text, transfer), fetchAPI), { status, headers }));
    },
  };
}

/** Event streams and multipart responses are put together by yoga, for clients that do not accept JSON. */
function isJson({ headers }: Request): boolean {
  return acceptsJson(headers.get('accept'));
}

function streamOf(pieces: Iterator<Buffer, void>, { ReadableStream }: FetchAPI): ReadableStream {
  return new ReadableStream({
    pull(controller) {
      const { done, value } = pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
  });
}
