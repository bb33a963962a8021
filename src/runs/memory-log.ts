import { cursorPrefix, encodeCursor } from './cursor.ts';
import { eventBytes } from './event-bytes.ts';
import type { RunEvent } from './events.ts';
import type { LogBatch, RunLog, StoredEntry } from './log.ts';
import type { RunIds } from './runs.ts';

/** Creates a log in memory. @param epoch see createEpoch */
export function createMemoryLog(ids: RunIds, epoch: string): RunLog {
  return new MemoryLog(cursorPrefix(ids), epoch);
}

class MemoryLog implements RunLog {
  readonly epoch: string;
  readonly #prefix: string;
  readonly #listeners = new Set<(batch: LogBatch) => void>();
  /** Without gaps; the first has the sequence `#dropped + 1`. */
  #entries: StoredEntry[] = [];
  #dropped = 0;
  /** The last sequence of the checkpoint at the start of the entries; 0 if there is none. */
  #checkpointEnd = 0;
  #checkpointBytes = 0;
  #bytes = 0;
  #isEnded = false;

  constructor(prefix: string, epoch: string) {
    this.#prefix = prefix;
    this.epoch = epoch;
  }

  get head(): number {
    return this.#dropped + this.#entries.length;
  }

  get start(): number {
    return this.#checkpointEnd === 0 ? 0 : this.#dropped + 1;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get bytesAfterCheckpoint(): number {
    return this.#bytes - this.#checkpointBytes;
  }

  async append(events: readonly RunEvent[]): Promise<void> {
    const after = this.head;
    const entries = events.map((event) => this.#add(event));
    this.#publish({ after, entries, next: this.head, isEnd: this.#isEnded });
  }

  async checkpoint(reset: RunEvent, snapshot: readonly RunEvent[]): Promise<void> {
    const after = this.head;
    this.#entries = [];
    this.#dropped = after;
    this.#bytes = 0;
    for (const event of [reset, ...snapshot]) this.#add(event);
    this.#checkpointEnd = this.head;
    this.#checkpointBytes = this.#bytes;
    this.#publish({ after, entries: [], next: this.head, isEnd: this.#isEnded });
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    this.#publish({ after: this.head, entries: [], next: this.head, isEnd: true });
  }

  async read(after: number, max: number): Promise<LogBatch> {
    // A reader that has seen the last entry before the checkpoint has seen everything that it repeats.
    const from = this.#checkpointEnd > 0 && after === this.#dropped ? this.#checkpointEnd : after;
    const index = Math.max(0, from - this.#dropped);
    const entries = this.#entries.slice(index, index + max);
    const next = Math.max(from, entries.at(-1)?.sequence ?? 0);
    return { after, entries, next, isEnd: this.#isEnded && next >= this.head };
  }

  listen(listener: (batch: LogBatch) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  cursor(sequence: number): string {
    return encodeCursor(this.#prefix, { epoch: this.epoch, sequence });
  }

  #add(event: RunEvent): StoredEntry {
    const sequence = this.head + 1;
    const entry = { sequence, cursor: this.cursor(sequence), event, isReplay: false };
    this.#entries.push(entry);
    this.#bytes += eventBytes(event);
    return entry;
  }

  #publish(batch: LogBatch): void {
    for (const listener of this.#listeners) listener(batch);
  }
}
