import type { IncomingMessage } from 'node:http';
import { JsonCounter } from '../../http/json-counter.ts';
import { invalid } from './api-error.ts';

/** Enough for a message whose 256,000 characters are all escaped, or for a hundred long ones. */
const MAX_JSON_BYTES = 4 * 1024 * 1024;
/** The parameters of a function may be nested 200 levels deep. */
const JSON_LIMITS = { values: 25_000, items: 25_000, depth: 256 };

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
