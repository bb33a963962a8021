/** Bounds on what watching runs may cost. All times are in milliseconds, all sizes in bytes. */
export interface RunLimits {
  /** Runs of one credential whose state is kept. Each takes some 7 KB while nothing happens in it. */
  readonly maxWatchers: number;
  /**
   * Memory of one log. Half of it is for a checkpoint, half for what follows: a run that fills 4 MiB with its own state has
   * some 2 million characters, ten times the longest message.
   */
  readonly maxRunLogBytes: number;
  /** Memory of all logs of the process. */
  readonly maxLogBytes: number;
  /** How long a log is kept after its run has ended: the setting RUN_EVENTS_TTL. */
  readonly eventsTtlMs: number;
  /** How long a run is polled after its last follower has left, so that a client that reconnects finds it up to date. */
  readonly graceMs: number;
  /** Deadline of one poll, and of the first GET. */
  readonly requestMs: number;
  /** Polls of one credential in flight. */
  readonly maxConcurrentPolls: number;
  /** How long a run without a usable `expires_at` is watched. */
  readonly maxWatchMs: number;
}

export const DEFAULT_LIMITS: RunLimits = {
  maxWatchers: 10_000,
  maxRunLogBytes: 8 * 1024 * 1024,
  maxLogBytes: 64 * 1024 * 1024,
  eventsTtlMs: 600_000,
  graceMs: 10_000,
  requestMs: 30_000,
  maxConcurrentPolls: 16,
  maxWatchMs: 3_600_000,
};
