import type { Clock } from '../clock.ts';

/** Limits how many requests each key may send in a minute. */
export interface RateLimit {
  /** Counts a request of a key. */
  take(tenant: string): Allowance;
}

export interface Allowance {
  /** Milliseconds until the key may send this request. Undefined if it may send it now. */
  readonly retryAfterMs: number | undefined;
  /** The headers of the response, as OpenAI's servers send them. */
  readonly headers: Readonly<Record<string, string>>;
}

const MINUTE_MS = 60_000;
/** Any key may be accepted, so their number is bounded. The key whose last request is the oldest is forgotten first. */
const MAX_KEYS = 10_000;

/**
 * At first, a key can send `requestsPerMinute` requests at once. What it has used comes back steadily, as in OpenAI's limits:
 * one request every second for a limit of 60.
 */
export function createRateLimit(requestsPerMinute: number, clock: Clock): RateLimit {
  const msPerRequest = MINUTE_MS / requestsPerMinute;
  const leftOf = new Map<string, { readonly requests: number; readonly at: number }>();

  function leftNow(tenant: string, now: number): number {
    const last = leftOf.get(tenant);
    if (last === undefined) return requestsPerMinute;
    // The clock can be set back.
    const returned = Math.max(0, now - last.at) / msPerRequest;
    return Math.min(requestsPerMinute, last.requests + returned);
  }

  return {
    take(tenant) {
      const now = clock.now();
      const before = leftNow(tenant, now);
      const isAllowed = before >= 1;
      const requests = isAllowed ? before - 1 : before;
      leftOf.delete(tenant);
      leftOf.set(tenant, { requests, at: now });
      for (const oldest of leftOf.keys()) {
        if (leftOf.size <= MAX_KEYS) break;
        leftOf.delete(oldest);
      }
      const retryAfterMs = isAllowed ? undefined : Math.ceil((1 - requests) * msPerRequest);
      const resetMs = Math.ceil((requestsPerMinute - requests) * msPerRequest);
      return { retryAfterMs, headers: headersOf(requestsPerMinute, requests, resetMs, retryAfterMs) };
    },
  };
}

function headersOf(limit: number, left: number, resetMs: number, retryAfterMs: number | undefined) {
  return {
    'x-ratelimit-limit-requests': String(limit),
    'x-ratelimit-remaining-requests': String(Math.floor(left)),
    'x-ratelimit-reset-requests': formatDuration(resetMs),
    ...(retryAfterMs !== undefined && {
      'retry-after': String(Math.ceil(retryAfterMs / 1000)),
      'retry-after-ms': String(retryAfterMs),
    }),
  };
}

/** A duration as OpenAI writes it: `17ms`, `8.64s`, `6m0s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${ms}ms`;
  const minutes = Math.floor(ms / MINUTE_MS);
  return `${minutes > 0 ? `${minutes}m` : ''}${(ms % MINUTE_MS) / 1000}s`;
}
