/** The interface of this folder. */
import type { RestClient, RestClientOptions } from '../rest/client.ts';
import type { RequestOf } from '../rest/operations.ts';
import type { Signal } from '../rest/signal.ts';
import type { Message } from '../rest/wire/message.ts';
import type { Run, RunStep } from '../rest/wire/run.ts';
import type { RunEvent } from './events.ts';

export interface RunIds {
  readonly thread_id: string;
  readonly run_id: string;
}

/** Identifies an upstream account. Watchers, logs and pauses after a 429 are shared only by equal credentials. */
export type Credential = Pick<RestClientOptions, 'apiKey' | 'organization' | 'beta'>;

/** One event of a run, and the cursor to continue after it. */
export interface RunLogEntry {
  /** Opaque, at most 64 characters of base64url. */
  readonly cursor: string;
  readonly event: RunEvent;
  /**
   * True if the event happened before the follower joined. Otherwise all followers get this same object, except for slow ones whose
   * deltas were merged, so that work for it can be shared, for example in a WeakMap. The entry lives as long as the log.
   */
  readonly isReplay: boolean;
}

export interface FollowOptions {
  /** Continue after the entry with this cursor. By default from the start of the log. */
  readonly after?: string | undefined;
  /** When aborted, the iterator ends without an error. */
  readonly signal?: Signal | undefined;
}

/** The operations that start or continue a run. */
export type StartOperation = 'createRun' | 'createThreadAndRun' | 'submitToolOutputsToRun';

export interface StartOptions {
  /** Whether to ask upstream for a stream; true by default. Without one, or with UPSTREAM_STREAMING=off, the run is polled. */
  readonly stream?: boolean | undefined;
}

/** Why a wait for the end of a run is over. */
export interface RunOutcome {
  readonly outcome: 'ended' | 'requires_action';
  readonly run: Run;
}

/** The latest objects of a watched run. They are never older than those in entries delivered so far. */
export interface LatestObjects {
  readonly run: Run;
  step(stepId: string): RunStep | undefined;
  /** With the text received so far. */
  message(messageId: string): Message | undefined;
}

/** Follows and starts runs with one credential. */
export interface CredentialRuns {
  /**
   * The events of a run, in order, from the start of the log or after a cursor. Stays open through `requires_action`;
   * ends when the run has ended, or when watching it has failed permanently (the last entry is then a `watch.error`). If the log
   * no longer has the entries after the cursor, a `reset` comes first. Fulfilled once the run is being watched.
   *
   * The log of a run that was started here has all of its events. The log of another run starts with a snapshot: its status, then
   * each step, then each message with its text as one delta.
   *
   * @throws InvalidCursorError if `after` is not a cursor of this run; TooManyRunsError; for a run that is not yet
   * watched, what the first GET throws, such as HttpStatusError with status 404
   */
  follow(ids: RunIds, options?: FollowOptions): Promise<AsyncIterableIterator<RunLogEntry>>;
  /**
   * The current run, then the run after each change of its status, never with the same status twice in a row. Ends when the run
   * has ended; throws WatchFailedError if watching it fails permanently. Needs fewer requests than {@link follow}.
   *
   * @throws TooManyRunsError; what the first GET throws
   */
  followStatus(ids: RunIds, options?: Pick<FollowOptions, 'signal'>): Promise<AsyncIterableIterator<Run>>;
  /**
   * Waits until the run has ended or requires action. Shares the polls of other followers.
   *
   * @throws what {@link followStatus} throws; the reason of the signal when it is aborted; WatchFailedError if watching fails
   */
  waitForEnd(ids: RunIds, signal: Signal): Promise<RunOutcome>;
  /** Undefined if the run is not watched and has no log. */
  latest(ids: RunIds): LatestObjects | undefined;
  /**
   * Sends a write that starts or continues a run, with `stream: true` if possible. Fulfilled as soon as the run exists; the stream
   * is read to its end in the background.
   *
   * @param rest a client with the same credential
   * @throws what RestClient.call throws
   */
  start<Name extends StartOperation>(
    rest: RestClient,
    name: Name,
    request: RequestOf<Name>,
    options?: StartOptions,
  ): Promise<Run>;
  /** Records a run that another write returned, such as cancelRun, and polls it soon. Does nothing if it is not watched. */
  observe(run: Run): void;
  /** Polls a run soon, after a change that concerns it. Does nothing if it is not watched. */
  wake(ids: RunIds): void;
}

/** Current numbers, for metrics and tests. */
export interface RunCounts {
  /** Runs whose state and log are in memory. */
  readonly watchers: number;
  /** Those of them that are being polled. */
  readonly polled: number;
  readonly followers: number;
  /** Open streams from upstream. */
  readonly streams: number;
  /** Estimated memory of all logs. */
  readonly logBytes: number;
}

/** Watches runs for one process. */
export interface Runs {
  of(credential: Credential): CredentialRuns;
  counts(): RunCounts;
  /** Ends all followers, streams and timers. The runs themselves continue. */
  close(): Promise<void>;
}
