import type { HttpResponse } from './transport.ts';

/** No upstream keeps anybody waiting for longer, nor is a client told to wait for longer: then a request finds out. */
export const MAX_RETRY_AFTER_MS = 60_000;

/** Milliseconds, from `retry-after-ms` or `retry-after` (seconds, or an HTTP date); at most {@link MAX_RETRY_AFTER_MS}. */
export function readRetryAfter(headers: HttpResponse['headers']): number | undefined {
  const ms = requestedMs(headers);
  return ms === undefined ? undefined : Math.min(Math.max(0, ms), MAX_RETRY_AFTER_MS);
}

function requestedMs(headers: HttpResponse['headers']): number | undefined {
  const exact = Number(first(headers['retry-after-ms']) || Number.NaN);
  if (Number.isFinite(exact) && exact >= 0) return exact;
  const after = first(headers['retry-after']);
  if (!after) return undefined;
  const seconds = Number(after);
  const ms = Number.isNaN(seconds) ? Date.parse(after) - Date.now() : seconds * 1000;
  return Number.isFinite(ms) ? ms : undefined;
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
