import type { Signal } from '../rest/signal.ts';
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
  readonly signal?: Signal | undefined;
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
  /** Whether everything in the log has been read, so that the next entries are those that will be published. */
  #isAtHead = false;
  /** Calls of next() that are not resolved. */
  #calls = 0;
  #lastCall: Promise<unknown> = Promise.resolve();

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#position = options.after;
    this.#joinedAt = options.log.head;
    this.#first = options.first;
    this.#stopListening = options.log.listen((batch) => this.#onPublish(batch));
    options.signal?.addEventListener('abort', this.#leave);
    if (options.signal?.aborted) this.#end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<RunLogEntry, undefined>> {
    // Overlapping calls are resolved in order.
    const next = () => this.#next();
    const call = this.#calls++ === 0 ? next() : this.#lastCall.then(next, next);
    this.#lastCall = call;
    return call;
  }

  async return(): Promise<IteratorResult<RunLogEntry, undefined>> {
    this.#end();
    return { value: undefined, done: true };
  }

  async #next(): Promise<IteratorResult<RunLogEntry, undefined>> {
    try {
      while (!this.#isEnded) {
        const entry = this.#take();
        if (entry !== undefined) return { value: entry, done: false };
        if (this.#isAtHead) this.#accept(await this.#published());
        else this.#accept(await this.#read());
      }
      return { value: undefined, done: true };
    } finally {
      this.#calls--;
    }
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

  async #read(): Promise<LogBatch> {
    // Until something is published.
    this.#isAtHead = true;
    const batch = await this.#options.log.read(this.#position, BATCH_LENGTH);
    const isFull = batch.entries.length === BATCH_LENGTH;
    if (isFull || (batch.isEnd && batch.entries.length > 0)) this.#isAtHead = false;
    const entries = isFull || this.#isBehind ? mergeDeltas(batch.entries) : batch.entries;
    this.#isBehind = isFull;
    return { ...batch, entries };
  }

  /** @returns the next entries when they are published; undefined if they have to be read */
  #published(): Promise<LogBatch | undefined> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #accept(batch: LogBatch | undefined): void {
    if (batch === undefined || this.#isEnded) return;
    this.#batch = batch.entries;
    this.#index = 0;
    this.#position = batch.next;
    if (batch.isEnd && batch.entries.length === 0) this.#end();
  }

  /** Called for every follower on every append, so it does as little as possible. */
  #onPublish(batch: LogBatch): void {
    const wake = this.#wake;
    const isNext = wake !== undefined && batch.after === this.#position && batch.entries.length > 0;
    this.#isAtHead = isNext && !batch.isEnd;
    const { accepts } = this.#options;
    if (isNext && !batch.isEnd && accepts !== undefined && !batch.entries.some(accepts)) {
      this.#position = batch.next;
      return;
    }
    this.#wake = undefined;
    wake?.(isNext ? batch : undefined);
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
