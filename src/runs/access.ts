import { createSlots } from '../rest/slots.ts';
import type { Clock } from './clock.ts';
import type { RunLimits } from './limits.ts';
import { createPause, type Pause } from './pause.ts';
import { createRunReads, type RunReads } from './run-reads.ts';
import type { Credential } from './runs.ts';
import { createUpstream, type Upstream, type UpstreamOptions } from './upstream.ts';

/** How the watchers of one credential reach upstream, and what bounds them together. */
export interface UpstreamAccess {
  readonly clock: Clock;
  readonly limits: RunLimits;
  readonly pause: Pause;
  readonly upstream: Upstream;
  readonly runReads: RunReads;
  /** Bounds the polls in flight. */
  readonly inSlot: <T>(work: () => Promise<T>) => Promise<T>;
}

export interface UpstreamAccessOptions
  extends Pick<UpstreamOptions, 'transport' | 'clock' | 'closing' | 'onSend'> {
  readonly credential: Credential;
  readonly limits: RunLimits;
}

/** Sends nothing yet. */
export function createUpstreamAccess(options: UpstreamAccessOptions): UpstreamAccess {
  const { clock, limits } = options;
  const pause = createPause(clock);
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
