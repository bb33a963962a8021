/** The interface of this folder: what the rest of the server can ask about runs. */
import type { RestClient, RestClientOptions } from '../rest/client.ts';
import type { RequestOf } from '../rest/operations.ts';
import type { Message } from '../rest/wire/message.ts';
import type { Run, RunStep } from '../rest/wire/run.ts';
import type { RunEvent } from './events.ts';

export interface RunIds {
  readonly thread_id: string;
  readonly run_id: string;
}

/** Whom upstream takes us for. Watchers, logs and pauses after a 429 are shared by equal credentials only. */
export type Credential = Pick<RestClientOptions, 'apiKey' | 'organization' | 'beta'>;

/** One event of a run, and the cursor to continue after it. */
export interface RunLogEntry {
  /** Opaque, at most 64 characters of base64url. */
  readonly cursor: string;
  readonly event: RunEvent;
  /**
   * True for what happened before the follower came. All others get this very object, unless they are so slow that deltas are
   * merged for them; work done for it can be shared, for example in a WeakMap, which lives as long as the log.
   */
  readonly isReplay: boolean;
}

export interface FollowOptions {
  /** Continue after the entry with this cursor. By default from the start of the log. */
  readonly after?: string | undefined;
  /** Ends the iterator, without an error, once aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** The operations that start or continue a run. */
export type StartOperation = 'createRun' | 'createThreadAndRun' | 'submitToolOutputsToRun';

export interface StartOptions {
  /** Whether to ask upstream for a stream; true by default. Without one, or with UPSTREAM_STREAMING=off, the run is polled. */
  readonly stream?: boolean | undefined;
}

/** How a run stopped holding its thread by itself, or why it does not. */
export interface RunOutcome {
  readonly outcome: 'ended' | 'requires_action';
  readonly run: Run;
}

/** The newest objects known of a run that is watched: never older than those in an entry delivered before. */
export interface LatestObjects {
  readonly run: Run;
  step(stepId: string): RunStep | undefined;
  /** With the text received so far. */
  message(messageId: string): Message | undefined;
}

/** The runs that one credential can see. Cheap to hold; create it once per operation or keep it. */
export interface CredentialRuns {
  /**
   * The events of a run, in order, from the start of the log or after a cursor. Stays open through `requires_action`;
   * ends when the run has ended or watching it has failed for good (the last entry is then a `watch.error`). If the log
   * no longer holds what follows the cursor, a `reset` comes first. Fulfilled once watching has begun.
   *
   * A log starts with the run for runs that were started here. For others it starts with a snapshot: the run's status,
   * then each step, then each message with its text as one delta.
   *
   * @throws InvalidCursorError if `after` is not a cursor of this run; TooManyRunsError; for a run that is not yet
   * watched, what the first GET throws, such as HttpStatusError with status 404
   */
  follow(ids: RunIds, options?: FollowOptions): Promise<AsyncIterableIterator<RunLogEntry>>;
  /**
   * The run now, then the run at each change of its status, never with the same status twice in a row. Ends when the run
   * has ended. Live followers get the same object. Costs upstream less than {@link follow}.
   *
   * @throws TooManyRunsError; what the first GET throws
   */
  followStatus(ids: RunIds, options?: Pick<FollowOptions, 'signal'>): Promise<AsyncIterableIterator<Run>>;
  /**
   * Waits until the run has ended or requires action, as one more follower: it costs no poll of its own.
   *
   * @throws as {@link followStatus} does; the signal's reason once that is aborted; WatchFailedError if watching fails for good
   */
  waitForEnd(ids: RunIds, signal: AbortSignal): Promise<RunOutcome>;
  /** Undefined for a run that is not watched and was not lately. */
  latest(ids: RunIds): LatestObjects | undefined;
  /**
   * Sends a write that starts or continues a run, with `stream: true` where that is possible, and keeps reading the
   * stream after this is fulfilled. Fulfilled as soon as the run exists.
   *
   * @param rest carries the deadline and counts the calls. It must have the same credential
   * @throws as RestClient.call does
   */
  start<Name extends StartOperation>(
    rest: RestClient,
    name: Name,
    request: RequestOf<Name>,
    options?: StartOptions,
  ): Promise<Run>;
  /** Takes note of a run that another write returned (cancelRun, modifyRun), and polls soon. Does nothing for runs not watched. */
  observe(run: Run): void;
  /** Polls soon, since something was changed that concerns the run. Does nothing for runs not watched. */
  wake(ids: RunIds): void;
}

/** What is held at the moment, for metrics and tests. */
export interface RunCounts {
  /** Runs whose state is kept. */
  readonly watchers: number;
  /** Of those, runs that are polled. */
  readonly polled: number;
  readonly followers: number;
  /** Upstream streams that are open. */
  readonly streams: number;
  /** An estimate of the memory that all logs take. */
  readonly logBytes: number;
}

/** All runs that this process watches. */
export interface Runs {
  of(credential: Credential): CredentialRuns;
  counts(): RunCounts;
  /** Ends all followers, streams and timers. Runs at upstream go on. */
  close(): Promise<void>;
}
