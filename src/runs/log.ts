/** The interface of an event log, for the log in memory and for other stores. */
import type { RunEvent } from './events.ts';
import type { RunIds, RunLogEntry } from './runs.ts';

/** An entry with its place in the log. Sequence numbers start at 1 and increase; there may be gaps. */
export interface StoredEntry extends RunLogEntry {
  readonly sequence: number;
}

/** Consecutive entries. */
export interface LogBatch {
  /** The batch directly follows this sequence. */
  readonly after: number;
  readonly entries: readonly StoredEntry[];
  /** The sequence to continue after. Larger than that of the last entry if a checkpoint was skipped. */
  readonly next: number;
  /** True if the log has ended and these are its last entries. */
  readonly isEnd: boolean;
}

/**
 * The log of one run, with one writer and many readers. The only state of a reader is a sequence number.
 *
 * It can be implemented on Redis Streams: entry n has the id `0-n`, so that XADD rejects a second writer; a checkpoint is entries
 * followed by XTRIM; one XREAD per process calls the listeners.
 */
export interface RunLog {
  /** Random. Cursors contain it, so that a cursor of an older log is recognised. */
  readonly epoch: string;
  /** The sequence of the last entry, 0 if there is none. */
  readonly head: number;
  /** The sequence after which a reader without a cursor starts: 0, or that of the reset in the last checkpoint. */
  readonly start: number;
  /** Estimated memory of the entries. */
  readonly bytes: number;
  /** Estimated memory of the entries after the last checkpoint. */
  readonly bytesAfterCheckpoint: number;
  /** Appends all of the events, in this order, or none. */
  append(events: readonly RunEvent[]): Promise<void>;
  /**
   * Appends a reset and a snapshot, and drops everything before. Readers that had reached the end skip both. Readers that had not
   * get them, because the entries that they need are gone.
   */
  checkpoint(reset: RunEvent, snapshot: readonly RunEvent[]): Promise<void>;
  /** Marks the log as complete: readers end after the last entry. */
  end(): Promise<void>;
  /** Reads up to `max` entries after a sequence; none at the head. All readers get the same objects. */
  read(after: number, max: number): Promise<LogBatch>;
  /** Calls `listener` after each change, with the new entries. @returns a function that stops this */
  listen(listener: (batch: LogBatch) => void): () => void;
  cursor(sequence: number): string;
}

/** Creates the log of a run. */
export type OpenLog = (ids: RunIds) => Promise<RunLog>;
