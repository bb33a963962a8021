import { type FetchAPI, isAsyncIterable, type Plugin } from 'graphql-yoga';
import { acceptsJson } from './accept.ts';
import type { InTransit, Transfer } from './in-transit.ts';
import type { JsonText } from './json-writer.ts';
import type { SerializedResult, SerializeResult } from './serialize-result.ts';
import type { NodeContext } from './use-json-body.ts';

/**
 * Sends results as `serialize` writes them. Long ones are sent piece by piece if they are JSON, as fast as the client reads.
 *
 * @param responses counts the long responses of all clients, until they are read
 */
export function useSerializedResult(
  serialize: SerializeResult,
  responses: InTransit,
): Plugin<object, NodeContext> {
  const texts = new WeakMap<Request, JsonText>();
  return {
    onResultProcess({ request, result, setResult }) {
      if (isAsyncIterable(result) || Array.isArray(result)) return;
      const send = (serialized: SerializedResult) => {
        const { text } = serialized;
        const isLong = text.pieces.length > 1;
        if (isLong) texts.set(request, text);
        setResult(isLong && isJson(request) ? { ...serialized, stringify: () => '' } : serialized);
      };
      const serialized = serialize(result);
      return serialized instanceof Promise ? serialized.then(send) : send(serialized);
    },
    onResponse({ request, response, setResponse, fetchAPI, serverContext: { res } }) {
      const text = texts.get(request);
      if (text === undefined) return;
      texts.delete(request);
      const transfer = responses.begin(() => res.destroy());
      res.once('close', transfer.end);
      transfer.set(text.bytes);
      if (!isJson(request)) return;
      const headers = new fetchAPI.Headers(response.headers);
      headers.set('content-length', String(text.bytes));
      const { status } = response;
      setResponse(new fetchAPI.Response(streamOf(text, transfer, fetchAPI), { status, headers }));
    },
  };
}

/** Event streams and multipart responses are put together by yoga, for clients that do not accept JSON. */
function isJson({ headers }: Request): boolean {
  return acceptsJson(headers.get('accept'));
}

function streamOf({ pieces }: JsonText, transfer: Transfer, { ReadableStream }: FetchAPI): ReadableStream {
  const unsent = pieces.toReversed();
  return new ReadableStream({
    pull(controller) {
      const piece = unsent.pop();
      if (piece === undefined) return controller.close();
      const bytes = Buffer.from(piece);
      transfer.set(transfer.bytes - bytes.length);
      controller.enqueue(bytes);
    },
  });
}
