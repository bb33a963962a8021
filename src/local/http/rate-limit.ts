import { TokenBuckets } from '../../http/token-buckets.ts';
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

/**
 * At first, a key can send `requestsPerMinute` requests at once. What it has used comes back steadily, as in OpenAI's limits:
 * one request every second for a limit of 60.
 */
export function createRateLimit(requestsPerMinute: number, clock: Clock): RateLimit {
  const buckets = new TokenBuckets(requestsPerMinute, () => clock.now());
  return {
    take(tenant) {
      const isAllowed = buckets.left(tenant) >= 1;
      if (isAllowed) buckets.take(tenant);
      const retryAfterMs = isAllowed ? undefined : buckets.msUntil(tenant, 1);
      const resetMs = buckets.msUntil(tenant, requestsPerMinute);
      return {
        retryAfterMs,
        headers: headersOf(requestsPerMinute, buckets.left(tenant), resetMs, retryAfterMs),
      };
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
