import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { JsonCounter } from '../../http/json-counter.ts';
import { isLoopback, isLoopbackHostHeader } from '../../http/loopback.ts';
import { ApiError, invalid } from './api-error.ts';

/** Enough for a message whose 256,000 characters are all escaped, or for a hundred long ones. */
const MAX_JSON_BYTES = 4 * 1024 * 1024;
/** The parameters of a function may be nested 200 levels deep. */
const JSON_LIMITS = { values: 25_000, items: 25_000, depth: 256 };

/** A hash of the bearer key, so that no key is ever stored. Throws a 401 if there is none. */
export function readTenant(request: IncomingMessage): string {
  const [, key] = /^Bearer +(\S.*)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (key === undefined) {
    const message = "An API key is required: send the header 'Authorization: Bearer KEY'.";
    throw new ApiError(401, message, { code: 'invalid_api_key' });
  }
  return createHash('sha256').update(key.trim()).digest('hex');
}

/**
 * Throws a 403 for a request over loopback whose Host header names another host: a browser on this machine sends that
 * for a web page whose own host name resolves to loopback (DNS rebinding).
 */
export function checkHost(request: IncomingMessage): void {
  const { host = '' } = request.headers;
  if (isLoopback(request.socket.localAddress ?? '') && !isLoopbackHostHeader(host)) {
    throw new ApiError(403, `The Host header must name a loopback address, not '${host.slice(0, 200)}'.`);
  }
}

/** Throws a 400 unless the OpenAI-Beta header names this version of the API. */
export function checkBeta(request: IncomingMessage): void {
  const values = String(request.headers['openai-beta'] ?? '').split(',');
  if (!values.some((value) => value.trim() === 'assistants=v1')) {
    throw invalid("The header 'OpenAI-Beta: assistants=v1' is required.");
  }
}

/** The body of a request as it arrives. Throws a 400 as soon as it is larger than `maxBytes`. */
export async function* readChunks(request: IncomingMessage, maxBytes: number): AsyncGenerator<Buffer> {
  const tooLarge = () => invalid(`The body must have at most ${maxBytes} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  let size = 0;
  // Not destroyed when reading stops early: that would also destroy the response.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    yield chunk;
  }
}

/** Reads a JSON body. An empty body is an empty object. Throws a 400 if it is not JSON, or has too many values. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const counter = new JsonCounter(JSON_LIMITS, (_, max, what) =>
    invalid(`The body must have at most ${max} ${what}.`),
  );
  const chunks: Buffer[] = [];
  for await (const chunk of readChunks(request, MAX_JSON_BYTES)) {
    counter.add(chunk);
    chunks.push(chunk);
  }
  const text = new TextDecoder().decode(Buffer.concat(chunks));
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('The body is not valid JSON.');
  }
}
