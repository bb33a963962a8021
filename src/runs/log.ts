/** Where the events of a run are kept. In memory by default; another store has to keep what is promised here. */
import type { RunEvent } from './events.ts';
import type { RunIds, RunLogEntry } from './runs.ts';

/** An entry as the log keeps it. Sequence numbers start at 1 and grow; they need not be contiguous. */
export interface StoredEntry extends RunLogEntry {
  readonly sequence: number;
}

/** Consecutive entries. */
export interface LogBatch {
  /** Contiguous with the entries up to this sequence. */
  readonly after: number;
  readonly entries: readonly StoredEntry[];
  /** Read on after this. Larger than the sequence of the last entry where a checkpoint has been passed over. */
  readonly next: number;
  /** True if nothing will ever follow. */
  readonly isEnd: boolean;
}

/**
 * The log of one run, with one writer and many readers. A reader keeps a sequence number and nothing else.
 *
 * Redis Streams can keep it: entry n has the id `0-n`, so that a second writer is refused, a checkpoint is an entry followed by
 * XTRIM, and one XREAD for each process calls the listeners.
 */
export interface RunLog {
  /** Random for each log, so that a cursor tells whether it belongs to this one. */
  readonly epoch: string;
  /** The sequence of the last entry, 0 while there is none. */
  readonly head: number;
  /** Where someone without a cursor starts to read: 0, or just after the reset that begins the last checkpoint. */
  readonly start: number;
  /** An estimate of the memory that the entries take. */
  readonly bytes: number;
  /** The part of `bytes` that has come after the last checkpoint. */
  readonly bytesAfterCheckpoint: number;
  /** Appends entries in this order, all or none. */
  append(events: readonly RunEvent[]): Promise<void>;
  /**
   * Appends a reset and a snapshot, and drops all that is before. A reader who has come as far as the reset passes over both; one
   * who is further back gets them, since what it would need is gone.
   */
  checkpoint(reset: RunEvent, snapshot: readonly RunEvent[]): Promise<void>;
  /** Marks the log as complete: readers end after the last entry. */
  end(): Promise<void>;
  /** At most `max` entries after a sequence; none at the head. Entries are the same objects for all readers. */
  read(after: number, max: number): Promise<LogBatch>;
  /** Calls back after each change, without waiting, with what was appended. @returns stops it */
  listen(listener: (batch: LogBatch) => void): () => void;
  cursor(sequence: number): string;
}

/** Opens the log of a run that has none yet. */
export type OpenLog = (ids: RunIds) => Promise<RunLog>;
