import type { LogBatch, RunLog, StoredEntry } from './log.ts';
import { mergeDeltas } from './merge-deltas.ts';
import type { RunLogEntry } from './runs.ts';

/** Maximum number of entries per read. If there are more, the follower is behind and its deltas are merged. */
const BATCH_LENGTH = 256;

export interface FollowerOptions {
  readonly log: RunLog;
  /** Starts after this sequence. */
  readonly after: number;
  /** Delivered before anything else. */
  readonly first?: RunLogEntry | undefined;
  /** Selects the entries to deliver; all by default. An entry that is not selected does not wake the follower. */
  readonly accepts?: (entry: StoredEntry) => boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called once, when the follower has reached the end or has been closed. */
  readonly onLeave: () => void;
}

/**
 * Reads a log to its end, and waits at the head for new entries. It has a position but no queue: a slow follower reads from the
 * log later, starting at the checkpoint if the entries after its position have been dropped.
 */
export class Follower implements AsyncIterableIterator<RunLogEntry> {
  readonly #options: FollowerOptions;
  /** Sequence of the last entry that was in the log when this follower joined. */
  readonly #joinedAt: number;
  readonly #stopListening: () => void;
  readonly #leave = () => this.#end();
  #position: number;
  #batch: readonly StoredEntry[] = [];
  #index = 0;
  /** Whether the last read was a full batch. */
  #isBehind = false;
  #first: RunLogEntry | undefined;
  #isEnded = false;
  /** Set while next() waits at the head. */
  #wake: ((batch: LogBatch | undefined) => void) | undefined;
  /** Counts changes of the log, to detect one that comes between reading and waiting. */
  #published = 0;
  #pending: Promise<unknown> = Promise.resolve();

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#position = options.after;
    this.#joinedAt = options.log.head;
    this.#first = options.first;
    this.#stopListening = options.log.listen((batch) => this.#onPublish(batch));
    options.signal?.addEventListener('abort', this.#leave, { once: true });
    if (options.signal?.aborted) this.#end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<RunLogEntry, undefined>> {
    // Overlapping calls are resolved in order.
    const result = this.#pending.then(() => this.#next());
    this.#pending = result.catch(() => undefined);
    return result;
  }

  async return(): Promise<IteratorResult<RunLogEntry, undefined>> {
    this.#end();
    return { value: undefined, done: true };
  }

  async #next(): Promise<IteratorResult<RunLogEntry, undefined>> {
    while (!this.#isEnded) {
      const entry = this.#take();
      if (entry !== undefined) return { value: entry, done: false };
      await this.#read();
    }
    return { value: undefined, done: true };
  }

  #take(): RunLogEntry | undefined {
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined) return first;
    while (this.#index < this.#batch.length) {
      const entry = this.#batch[this.#index++];
      if (entry === undefined || this.#options.accepts?.(entry) === false) continue;
      return entry.sequence <= this.#joinedAt ? { ...entry, isReplay: true } : entry;
    }
    return undefined;
  }

  async #read(): Promise<void> {
    const published = this.#published;
    const batch = await this.#options.log.read(this.#position, BATCH_LENGTH);
    if (batch.entries.length > 0) {
      const isFull = batch.entries.length === BATCH_LENGTH;
      this.#accept(batch, isFull || this.#isBehind ? mergeDeltas(batch.entries) : batch.entries);
      this.#isBehind = isFull;
      return;
    }
    this.#position = batch.next;
    if (batch.isEnd) return this.#end();
    if (published !== this.#published || this.#isEnded) return;
    const woken = await new Promise<LogBatch | undefined>((resolve) => {
      this.#wake = resolve;
    });
    if (woken !== undefined) this.#accept(woken, woken.entries);
  }

  #accept(batch: LogBatch, entries: readonly StoredEntry[]): void {
    this.#batch = entries;
    this.#index = 0;
    this.#position = batch.next;
  }

  /** Called for every follower on every append, so it does as little as possible. */
  #onPublish(batch: LogBatch): void {
    this.#published++;
    const wake = this.#wake;
    if (wake === undefined) return;
    const { accepts } = this.#options;
    const isNext = batch.after === this.#position && batch.entries.length > 0;
    if (isNext && accepts !== undefined && !batch.entries.some(accepts)) {
      this.#position = batch.next;
      return;
    }
    this.#wake = undefined;
    wake(isNext ? batch : undefined);
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#stopListening();
    this.#options.signal?.removeEventListener('abort', this.#leave);
    this.#wake?.(undefined);
    this.#wake = undefined;
    this.#batch = [];
    this.#options.onLeave();
  }
}
