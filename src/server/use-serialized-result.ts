import type { ServerResponse } from 'node:http';
import { type FetchAPI, isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Observation } from '../telemetry/telemetry.ts';
import { acceptsJson } from './accept.ts';
import { type InTransit, TooManyBytesError, type Transfer } from './in-transit.ts';
import type { JsonText } from './json-writer.ts';
import type { SerializedResult, SerializeResult } from './serialize-result.ts';
import type { NodeContext } from './use-json-body.ts';

/**
 * Sends results as `serialize` writes them. Long ones are sent piece by piece if they are JSON, as fast as the client reads.
 *
 * @param responses counts the responses of all clients, until they are read
 */
export function useSerializedResult(
  serialize: SerializeResult,
  responses: InTransit,
): Plugin<object, NodeContext & { readonly observation: Observation }> {
  const texts = new WeakMap<Request, JsonText>();
  return {
    onResultProcess({ request, result, setResult, serverContext: { observation } }) {
      if (isAsyncIterable(result) || Array.isArray(result)) return;
      observation.setErrors(result.errors);
      const send = (serialized: SerializedResult) => {
        const { text } = serialized;
        if (text.bytes > NEGLIGIBLE_BYTES) texts.set(request, text);
        setResult(isLong(text) && isJson(request) ? { ...serialized, stringify: () => '' } : serialized);
      };
      const serialized = serialize(result);
      return serialized instanceof Promise ? serialized.then(send) : send(serialized);
    },
    onResponse({ request, response, setResponse, fetchAPI, serverContext: { res } }) {
      const text = texts.get(request);
      if (text === undefined) return;
      texts.delete(request);
      // By then it has been written, which sends it at once unless the client is slow.
      if (!isLong(text)) return void setImmediate(countUnsent, res, text, responses);
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

/** All connections together have 20 MB of them at most. */
const NEGLIGIBLE_BYTES = 4096;

function isLong({ pieces }: JsonText): boolean {
  return pieces.length > 1;
}

/** Counts a response that is written, but not sent. */
function countUnsent(res: ServerResponse, { bytes }: JsonText, responses: InTransit): void {
  if (res.closed || res.writableLength === 0) return;
  const transfer = responses.begin(() => res.destroy());
  res.once('close', transfer.end);
  try {
    transfer.set(bytes);
  } catch (error) {
    if (!(error instanceof TooManyBytesError)) throw error;
    res.destroy();
  }
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
