import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { codedError } from '../errors.ts';
import { type InTransit, TooManyBytesError } from './in-transit.ts';
import { createJsonCounter } from './json-limits.ts';
import { httpError } from './status.ts';

/**
 * Rejects its promise with a GraphQLError. Fulfilled with undefined if the client disconnects while sending: making an error takes
 * so long that hundreds who leave at the same moment would hold the event loop.
 */
export type ReadJsonBody = (
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<{ readonly json: unknown } | undefined>;

/**
 * Has a limit of its own, which is enforced while a body is read: yoga's wraps it in a web stream, which costs as much as the rest of
 * a small request (see docs/decisions/0003).
 *
 * @param maxBytes longer bodies are rejected with 413, with or without a content-length; bodies beyond the JSON limits with 400
 * @param requests counts the bodies of all clients. A body counts until the response is sent
 */
export function createJsonBodyReader(maxBytes: number, requests: InTransit): ReadJsonBody {
  return async (request, response) => {
    // The client left while it was authenticated. No event will say so.
    if (request.destroyed) return undefined;
    const body = await readBody(request, response, maxBytes, requests);
    return body === undefined ? undefined : { json: parseJson(body) };
  };
}

/**
 * Undefined if the client disconnects while sending. Listens to events: to iterate over the request would cost a small one a tenth
 * of its time.
 */
function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
  requests: InTransit,
): Promise<string | undefined> {
  const tooLong = () => httpError(413, `The request body must be at most ${maxBytes} bytes long`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLong();
  const chunks: Buffer[] = [];
  const counter = createJsonCounter('The request body');
  const transfer = requests.begin(() => request.destroy());
  response.once('close', transfer.end);
  let length = 0;
  const add = (chunk: Buffer) => {
    length += chunk.length;
    if (length > maxBytes) throw tooLong();
    counter.add(chunk);
    transfer.set(length);
    chunks.push(chunk);
  };
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      try {
        add(chunk);
      } catch (error) {
        // The rest is not read.
        request.off('data', onData).pause();
        reject(error instanceof TooManyBytesError ? tryAgain(error) : error);
      }
    };
    const onClose = () => resolve(undefined);
    request.on('data', onData).on('error', onClose).once('close', onClose);
    request.once('end', () => {
      transfer.keep();
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
  });
}

function tryAgain({ message }: TooManyBytesError): GraphQLError {
  return codedError('RATE_LIMITED', message, { http: { status: 503, spec: false } });
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw httpError(400, 'The request body is not valid JSON');
  }
}

/** Forms and plain text are rejected, since a browser sends them for any page without a preflight request. */
export function isJsonType(contentType: string | undefined): boolean {
  return contentType?.split(';')[0]?.trim().toLowerCase() === 'application/json';
}

export function unsupportedType(): GraphQLError {
  return httpError(415, 'The content-type must be application/json');
}
