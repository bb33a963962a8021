/** What may be told of an answer with a status of 400 or above. */
import { z } from 'zod';
import { HttpStatusError } from './errors.ts';
import type { HttpResponse } from './transport.ts';

/** An upstream's text for a person goes to our clients: never more of it than this, in characters. */
const MAX_MESSAGE_LENGTH = 500;
/** The same of its words for a program. */
const MAX_WORD_LENGTH = 100;
/** What is shorter than this is no secret, and would be found in the middle of innocent words. */
const MIN_SECRET_LENGTH = 8;

const word = z.string().optional().catch(undefined);
const errorBody = z.object({
  error: z.object({ message: z.string().catch(''), type: word, code: word, param: word }),
});

/** Whether an error is told in the form of the API. */
export function isApiError({ text }: HttpResponse): boolean {
  return errorBody.safeParse(tryJson(text)).success;
}

/** @param secrets what must not be repeated, whatever upstream says: the credentials that it was asked with */
export function refusal(
  { status, headers, text }: HttpResponse,
  secrets: readonly string[],
): HttpStatusError {
  const body = errorBody.safeParse(tryJson(text));
  const error = body.success ? body.data.error : undefined;
  const shown = (said: string | undefined, longest: number) =>
    said === undefined ? undefined : bounded(redacted(said, secrets), longest);
  // Of a 5xx nothing is shown: it speaks of upstream's insides.
  const message = status < 500 ? shown(error?.message, MAX_MESSAGE_LENGTH) : undefined;
  const details = {
    status,
    type: shown(error?.type, MAX_WORD_LENGTH),
    code: shown(error?.code, MAX_WORD_LENGTH),
    param: shown(error?.param, MAX_WORD_LENGTH),
    requestId: shown(first(headers['x-request-id']), MAX_WORD_LENGTH),
  };
  return new HttpStatusError(
    message || `The upstream answered with status ${status}`,
    details,
    retryAfterMs(headers),
  );
}

/** Milliseconds, from `retry-after-ms` or `retry-after` (seconds, or an HTTP date). */
function retryAfterMs(headers: HttpResponse['headers']): number | undefined {
  const exact = Number(first(headers['retry-after-ms']) || Number.NaN);
  if (Number.isFinite(exact) && exact >= 0) return exact;
  const after = first(headers['retry-after']);
  if (!after) return undefined;
  const seconds = Number(after);
  const ms = Number.isNaN(seconds) ? Date.parse(after) - Date.now() : seconds * 1000;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** Upstreams are known to quote the key that they refused, or half of it. */
function redacted(said: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH)
    .reduce((text, secret) => text.replaceAll(secret, '[redacted]'), said)
    .replace(/\b(sk|pk|key)-[\w*-]{4,}/gi, '[redacted]')
    .replace(/bearer\s+\S+/gi, '[redacted]');
}

function bounded(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
