/** What may be repeated of a response with a status of 400 or above. */
import { z } from 'zod';
import { HttpStatusError } from './errors.ts';
import { readRetryAfter } from './retry-after.ts';
import type { HttpResponse } from './transport.ts';

/** Characters of an upstream error message that are passed on to clients. */
const MAX_MESSAGE_LENGTH = 500;
/** Characters of an upstream `type`, `code`, `param` or request id that are passed on to clients. */
const MAX_WORD_LENGTH = 100;
/** Shorter strings are not redacted as secrets: they would match inside unrelated words. */
const MIN_SECRET_LENGTH = 8;

const word = z.string().optional().catch(undefined);
const errorBody = z.object({
  error: z.object({ message: z.string().catch(''), type: word, code: word, param: word }),
});

/** Whether an error body has the API's own format. */
export function isApiError({ text }: HttpResponse): boolean {
  return errorBody.safeParse(tryJson(text)).success;
}

/** @param secrets strings to redact, whatever upstream repeats: the credentials of the request */
export function statusError(
  { status, headers, text }: HttpResponse,
  secrets: readonly string[],
): HttpStatusError {
  const body = errorBody.safeParse(tryJson(text));
  const error = body.success ? body.data.error : undefined;
  const shown = (value: string | undefined, max: number) =>
    value === undefined ? undefined : truncate(redact(value, secrets), max);
  // The message of a 5xx describes the upstream's internals and is not shown.
  const message = status < 500 ? shown(error?.message, MAX_MESSAGE_LENGTH) : undefined;
  const details = {
    status,
    type: shown(error?.type, MAX_WORD_LENGTH),
    code: shown(error?.code, MAX_WORD_LENGTH),
    param: shown(error?.param, MAX_WORD_LENGTH),
    requestId: shown(first(headers['x-request-id']), MAX_WORD_LENGTH),
  };
  return new HttpStatusError(
    message || `The upstream responded with status ${status}`,
    details,
    readRetryAfter(headers),
  );
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** Some upstreams quote the key that they rejected, in full or in part. */
function redact(value: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH)
    .reduce((text, secret) => text.replaceAll(secret, '[redacted]'), value)
    .replace(/\b(sk|pk|key)-[\w*-]{4,}/gi, '[redacted]')
    .replace(/bearer\s+\S+/gi, '[redacted]');
}

function truncate(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max)}…` : text;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
