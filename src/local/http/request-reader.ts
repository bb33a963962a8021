import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isLoopback, isLoopbackHostHeader } from '../../http/loopback.ts';
import { ApiError, invalid } from './api-error.ts';

/** Enough for a thread of many long messages at once. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;
/** An upload is held in memory while it is read. */
export const MAX_UPLOAD_BYTES = 64 * 1024 * 1024;

/** A hash of the bearer key, so that no key is ever stored. Throws a 401 if there is none. */
export function readTenant(request: IncomingMessage): string {
  const [, key] = /^Bearer +(\S.*)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (key === undefined) {
    const message = "An API key is required, in a header of the form 'Authorization: Bearer KEY'.";
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

/** Throws a 400 where a request does not say that it speaks this version of the API. */
export function checkBeta(request: IncomingMessage): void {
  const values = String(request.headers['openai-beta'] ?? '').split(',');
  if (!values.some((value) => value.trim() === 'assistants=v1')) {
    throw invalid("The header 'OpenAI-Beta: assistants=v1' is required.");
  }
}

/** Reads a whole body; throws a 400 as soon as it is larger than `most` bytes. */
export async function readBytes(request: IncomingMessage, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Left as it is when we stop reading: destroyed, it would take the answer down with it.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > most) throw invalid(`The body is larger than ${most} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads a JSON body; an empty one is an empty object. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = new TextDecoder().decode(await readBytes(request, MAX_JSON_BYTES));
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('The body is not valid JSON.');
  }
}
