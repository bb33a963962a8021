/** Whether an operation may begin: how much its client has used, and how busy the server is. It knows no HTTP server. */
import type { GraphQLError } from 'graphql';
import type { Principal } from '../context.ts';
import { codedError } from '../errors.ts';
import { TokenBuckets } from '../http/token-buckets.ts';
import type { EventLoopLag } from './event-loop-lag.ts';

export interface Admission {
  /** Whether the server is too busy to begin anything. */
  readonly isOverloaded: boolean;
  /** Counts an operation of a client. @returns why it must not begin; then it does not count */
  admit(principal: Principal): GraphQLError | undefined;
  /** Counts a REST call of an operation that was admitted. */
  countCall(principal: Principal): void;
}

export interface AdmissionOptions {
  /** Of one client. Undefined for no limit. */
  readonly requestsPerMinute: number | undefined;
  readonly callsPerMinute: number | undefined;
  readonly lag: EventLoopLag;
  /** Milliseconds. */
  readonly now: () => number;
}

export const OVERLOADED = 'The server is too busy: try again later';
/** After which a client may try again, if the server is too busy. */
export const RETRY_SECONDS = 1;

export function createAdmission(options: AdmissionOptions): Admission {
  const { requestsPerMinute, callsPerMinute, lag, now } = options;
  const requests = requestsPerMinute === undefined ? undefined : new TokenBuckets(requestsPerMinute, now);
  const calls = callsPerMinute === undefined ? undefined : new TokenBuckets(callsPerMinute, now);
  return {
    get isOverloaded() {
      return lag.isTooHigh;
    },
    admit({ owner }) {
      if (lag.isTooHigh) return refusal(OVERLOADED, 503, RETRY_SECONDS * 1000);
      if (requests !== undefined && requests.left(owner) < 1) {
        const message = `At most ${requestsPerMinute} requests a minute are allowed: try again later`;
        return refusal(message, 429, requests.msUntil(owner, 1));
      }
      if (calls !== undefined && calls.left(owner) < 1) {
        const message = `Your operations have made more than ${callsPerMinute} REST calls within a minute: try again later`;
        return refusal(message, 429, calls.msUntil(owner, 1));
      }
      requests?.take(owner);
      return undefined;
    },
    countCall: ({ owner }) => calls?.take(owner),
  };
}

function refusal(message: string, status: number, retryAfterMs: number): GraphQLError {
  const headers = { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) };
  return codedError('RATE_LIMITED', message, { retryAfterMs, http: { status, spec: false, headers } });
}
