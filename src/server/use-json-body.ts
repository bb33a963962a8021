import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { codedError } from '../errors.ts';
import { type InTransit, TooManyBytesError } from './in-transit.ts';
import { createJsonCounter } from './json-limits.ts';

/** What yoga knows of Node's request and response. */
export interface NodeContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/**
 * Accepts JSON bodies only, up to a length that is enforced while they are read. Forms and plain text are rejected with 415,
 * since a browser sends them for any page without a preflight request.
 *
 * Yoga's own limit wraps the body in a web stream, which costs as much as the rest of a small request (see
 * docs/decisions/0003). This plugin reads Node's stream directly.
 *
 * @param maxBytes longer bodies are rejected with 413, with or without a content-length; bodies beyond the JSON limits with 400
 * @param requests counts the bodies of all clients. A body counts until the response is sent
 */
export function useJsonBody(maxBytes: number, requests: InTransit): Plugin<object, NodeContext> {
  return {
    onRequestParse({ request, requestParser, serverContext, setRequestParser, fetchAPI }) {
      if (request.method === 'GET' && requestParser) setRequestParser(rejectingBadJson(requestParser));
      if (request.method !== 'POST') return;
      const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
      if (type !== 'application/json') {
        throw httpError(415, 'The content-type must be application/json');
      }
      setRequestParser(async () => {
        const body = await readBody(serverContext, maxBytes, requests);
        // Making an error takes so long that hundreds who leave at the same moment would hold the event loop.
        return body === undefined ? new fetchAPI.Response(null, { status: 400 }) : parseParams(body);
      });
    },
  };
}

/** Yoga treats invalid JSON in the variables of a URL as an internal error. */
function rejectingBadJson<Args extends unknown[], Params>(parse: (...args: Args) => Params) {
  return async (...args: Args): Promise<Awaited<Params>> => {
    try {
      return await parse(...args);
    } catch {
      throw httpError(400, 'The variables and extensions in the URL must be valid JSON');
    }
  };
}

/**
 * Undefined if the client disconnects while sending. Listens to events: to iterate over the request would cost a small one a tenth
 * of its time.
 */
function readBody(
  { req: request, res: response }: NodeContext,
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

/** Yoga checks later whether the members are those of GraphQL over HTTP. */
function parseParams(body: string): GraphQLParams {
  try {
    return JSON.parse(body);
  } catch {
    throw httpError(400, 'The request body is not valid JSON');
  }
}

function httpError(status: number, message: string): GraphQLError {
  return codedError('BAD_USER_INPUT', message, { http: { status, spec: false } });
}
