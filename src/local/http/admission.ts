import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLoopback, isLoopbackHostHeader } from '../../http/loopback.ts';
import type { Clock } from '../clock.ts';
import { ApiError } from './api-error.ts';
import { createRateLimit, formatDuration } from './rate-limit.ts';

export interface AdmissionOptions {
  /** The bearer keys that are accepted. Any key by default. */
  readonly keys?: readonly string[] | undefined;
  /** How many requests each key may send in a minute. No limit by default. */
  readonly requestsPerMinute?: number | undefined;
}

/**
 * Admits a request, and returns the tenant that it belongs to: a hash of its bearer key, so that no key is ever stored. Throws a
 * 401 without an accepted key, a 403 for another host, and a 429 beyond the rate limit, whose headers are on any response.
 */
export type Admit = (request: IncomingMessage, response: ServerResponse) => string;

export function createAdmission({ keys, requestsPerMinute }: AdmissionOptions, clock: Clock): Admit {
  const tenants = keys === undefined ? undefined : new Set(keys.map(hash));
  const limit = requestsPerMinute === undefined ? undefined : createRateLimit(requestsPerMinute, clock);
  return (request, response) => {
    if (tenants === undefined) checkHost(request);
    const tenant = hash(readKey(request));
    if (tenants?.has(tenant) === false) {
      throw new ApiError(401, 'The API key is not one of LOCAL_API_KEYS.', { code: 'invalid_api_key' });
    }
    if (limit === undefined) return tenant;
    const { retryAfterMs, headers } = limit.take(tenant);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (retryAfterMs === undefined) return tenant;
    const message = `Rate limit reached: ${requestsPerMinute} requests a minute. Try again in ${formatDuration(retryAfterMs)}.`;
    throw new ApiError(429, message, { type: 'requests', code: 'rate_limit_exceeded' });
  };
}

function hash(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function readKey(request: IncomingMessage): string {
  const [, key] = /^Bearer +(\S.*)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (key === undefined) {
    const message = "An API key is required: send the header 'Authorization: Bearer KEY'.";
    throw new ApiError(401, message, { code: 'invalid_api_key' });
  }
  return key.trim();
}

/**
 * Throws a 403 for a request over loopback whose Host header names another host: a browser on this machine sends that
 * for a web page whose own host name resolves to loopback (DNS rebinding). Such a page cannot know a key, if keys are set.
 */
function checkHost(request: IncomingMessage): void {
  const { host = '' } = request.headers;
  if (isLoopback(request.socket.localAddress ?? '') && !isLoopbackHostHeader(host)) {
    throw new ApiError(403, `The Host header must name a loopback address, not '${host.slice(0, 200)}'.`);
  }
}
