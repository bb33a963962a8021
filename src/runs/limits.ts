/** Limits of watching runs. All times are in milliseconds, all sizes in bytes. */
export interface RunLimits {
  /** Watched runs per credential. An idle one takes about 7 KB. */
  readonly maxWatchers: number;
  /**
   * Memory of one log. Half of it is for the checkpoint, half for the entries after it: 4 MiB are two million characters, about
   * eight times the longest message.
   */
  readonly maxRunLogBytes: number;
  /** Memory of all logs of the process. */
  readonly maxLogBytes: number;
  /** How long a log is kept after its run has ended. */
  readonly eventsTtlMs: number;
  /** How long a run is polled after its last follower left, so that its log is up to date when a client reconnects. */
  readonly graceMs: number;
  /** Deadline of each request or batch of requests. */
  readonly requestMs: number;
  /** Polls in flight per credential. */
  readonly maxConcurrentPolls: number;
  /** How long a run is watched at most, and if it has no `expires_at`. */
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
