import { DeadlineError } from './errors.ts';
import { Cancellation } from './signal.ts';
import type { Transport } from './transport.ts';

export interface ReachabilityOptions {
  readonly transport: Pick<Transport, 'send' | 'circuit'>;
  /** How long a response shows that the upstream works, in milliseconds. */
  readonly freshMs?: number;
  /** How long the upstream may take to respond to a request that asks. */
  readonly timeoutMs?: number;
}

const FRESH_MS = 10_000;
const TIMEOUT_MS = 2_000;
const PROBE = {
  method: 'GET',
  path: '/assistants?limit=1',
  headers: { accept: 'application/json' },
  body: undefined,
} as const;

/**
 * Whether the upstream responds: as the requests of the last seconds have shown, or else as a request shows that is sent to find
 * out. It has no key, since a 401 is a response too. At most one is sent at a time.
 */
export function createReachability(options: ReachabilityOptions): () => Promise<boolean> {
  const { transport, freshMs = FRESH_MS, timeoutMs = TIMEOUT_MS } = options;
  const { circuit } = transport;
  let probe: Promise<boolean> | undefined;

  const ask = async () => {
    const timeout = new Cancellation();
    const error = new DeadlineError(`The upstream did not respond within ${timeoutMs} ms`);
    const timer = setTimeout(() => timeout.abort(error), timeoutMs);
    try {
      const { status } = await transport.send({ ...PROBE, signal: timeout });
      return status !== 503;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
      probe = undefined;
    }
  };

  return async () => {
    if (!circuit.isOpen && circuit.msSinceAlive < freshMs) return true;
    probe ??= ask();
    return probe;
  };
}
