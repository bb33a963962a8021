/** Keeps requests from an upstream that is down, so that each costs nothing rather than its retries and timeouts. */
import { ConnectionError, NotSentError } from './errors.ts';

/**
 * What a request showed. `alive` is any response but a 503, since a server that refuses or fails still works; `down` is a
 * failed connection or a 503; `silent` is a timeout; `unknown` is a request that was aborted before it showed anything.
 */
export type Verdict = 'alive' | 'down' | 'silent' | 'unknown';

export interface CircuitLimits {
  /** Requests in a row that must fail. */
  readonly failures: number;
  /** How long they must have failed for, so that a restart which drops 64 connections at once is left to retries. */
  readonly outageMs: number;
  /** How long nothing is sent. After that one request at a time is let through, until one succeeds. */
  readonly openMs: number;
}

export interface Circuit {
  readonly isOpen: boolean;
  /** Since the last response but a 503. Infinite before the first. */
  readonly msSinceAlive: number;
  /** @throws NotSentError if {@link begin} would throw it now */
  check(): void;
  /**
   * Lets one request through.
   *
   * @returns a function to call once with what it showed, and with its error
   * @throws NotSentError, with a ConnectionError as its reason, while the upstream is down
   */
  begin(): (verdict: Verdict, error?: unknown) => void;
}

export interface CircuitOptions {
  readonly limits?: Partial<CircuitLimits> | undefined;
  /** Milliseconds, never going backwards. */
  readonly now?: () => number;
  /** @param error what the last request failed with, if the circuit has just opened */
  readonly onChange?: ((isOpen: boolean, error?: unknown) => void) | undefined;
}

const DEFAULT_LIMITS: CircuitLimits = { failures: 10, outageMs: 1_000, openMs: 1_000 };

export function createCircuit(options: CircuitOptions = {}): Circuit {
  const { now = () => performance.now(), onChange = () => undefined } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  let failures = 0;
  let downSince = 0;
  let openedAt: number | undefined;
  let lastError: unknown;
  let isProbed = false;
  let aliveAt = Number.NEGATIVE_INFINITY;

  const check = () => {
    if (openedAt === undefined || (!isProbed && now() - openedAt >= limits.openMs)) return;
    throw new NotSentError(new ConnectionError('The upstream is down: nothing was sent', false, lastError));
  };

  const fail = (since: number, isProbe: boolean, error: unknown) => {
    if (failures === 0) downSince = since;
    failures++;
    lastError = error instanceof ConnectionError ? error.cause : error;
    if (openedAt !== undefined) {
      if (isProbe) openedAt = now();
    } else if (failures >= limits.failures && now() - downSince >= limits.outageMs) {
      openedAt = now();
      onChange(true, lastError);
    }
  };

  const succeed = () => {
    aliveAt = now();
    failures = 0;
    lastError = undefined;
    if (openedAt === undefined) return;
    openedAt = undefined;
    onChange(false);
  };

  return {
    get isOpen() {
      return openedAt !== undefined;
    },
    get msSinceAlive() {
      return now() - aliveAt;
    },
    check,
    begin() {
      check();
      const isProbe = openedAt !== undefined;
      if (isProbe) isProbed = true;
      const startedAt = now();
      return (verdict, error) => {
        if (isProbe) isProbed = false;
        if (verdict === 'alive') succeed();
        if (verdict === 'down') fail(now(), isProbe, error);
        if (verdict === 'silent') fail(startedAt, isProbe, error);
      };
    },
  };
}
