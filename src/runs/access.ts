import { createSlots } from '../rest/slots.ts';
import type { Clock } from './clock.ts';
import type { RunLimits } from './limits.ts';
import { createPause, type Pause } from './pause.ts';
import { createRunReads, type RunReads } from './run-reads.ts';
import type { Credential } from './runs.ts';
import { createUpstream, type Upstream, type UpstreamOptions } from './upstream.ts';

/** What the watchers of one credential share: requests to upstream, the pause after a 429, limits. */
export interface UpstreamAccess {
  readonly clock: Clock;
  readonly limits: RunLimits;
  readonly pause: Pause;
  readonly upstream: Upstream;
  readonly runReads: RunReads;
  /** Limits the number of polls in flight. */
  readonly inSlot: <T>(work: () => Promise<T>) => Promise<T>;
}

export interface UpstreamAccessOptions
  extends Pick<UpstreamOptions, 'transport' | 'clock' | 'closing' | 'observer'> {
  readonly credential: Credential;
  readonly limits: RunLimits;
}

/** Creating it sends nothing. */
export function createUpstreamAccess(options: UpstreamAccessOptions): UpstreamAccess {
  const { clock, limits } = options;
  const pause = createPause(clock, options.transport.pauses.of(options.credential));
  const upstream = createUpstream({ ...options, pause, requestMs: limits.requestMs });
  return {
    clock,
    limits,
    pause,
    upstream,
    runReads: createRunReads(upstream),
    inSlot: createSlots(limits.maxConcurrentPolls),
  };
}
