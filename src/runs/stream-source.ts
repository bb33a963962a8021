import type { RunStream, StreamEvent } from '../rest/run-stream.ts';
import type { Clock } from './clock.ts';

export interface StreamSourceOptions {
  readonly clock: Clock;
  /** Called before the events of each stream. */
  onBegin(): void;
  /** Called with the events in order. @returns whether to continue */
  onEvents(events: readonly StreamEvent[]): Promise<boolean>;
  /** Whether the run requires action: its stream may end here. */
  isAtPause(): boolean;
  /** How long the streams may be read, in milliseconds. */
  maxMs(): number;
  /** Called when the last stream has ended or is broken. */
  onEnd(): void;
}

/** How long a stream may continue after the next one has begun. */
const OVERLAP_MS = 1_000;

/** Reads the streams of one run, one after the other, to their end. */
export class StreamSource {
  readonly #options: StreamSourceOptions;
  #current: RunStream | undefined;
  /** Set if a submit has begun the next stream before the end of the current one. */
  #next: RunStream | undefined;
  #cancelOverlap: (() => void) | undefined;
  #cancelEnd: (() => void) | undefined;

  constructor(options: StreamSourceOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#current !== undefined;
  }

  /** Reads a stream, after the current one if there is one. */
  add(stream: RunStream): void {
    if (this.#current === undefined || this.#options.isAtPause()) {
      this.#read(stream);
      return;
    }
    this.#next?.close();
    this.#next = stream;
    this.#cancelOverlap ??= this.#options.clock.schedule(OVERLAP_MS, () => this.#readNext());
  }

  /** Closes all streams without calling `onEnd`. */
  close(): void {
    this.#cancelOverlap?.();
    this.#cancelOverlap = undefined;
    this.#cancelEnd?.();
    this.#cancelEnd = undefined;
    for (const stream of [this.#current, this.#next]) stream?.close();
    this.#current = undefined;
    this.#next = undefined;
  }

  #read(stream: RunStream): void {
    this.#current?.close();
    this.#current = stream;
    this.#cancelEnd ??= this.#options.clock.schedule(this.#options.maxMs(), () => {
      this.close();
      this.#options.onEnd();
    });
    this.#options.onBegin();
    void this.#readAll(stream);
  }

  #readNext(): void {
    this.#cancelOverlap?.();
    this.#cancelOverlap = undefined;
    const next = this.#next;
    this.#next = undefined;
    if (next !== undefined) this.#read(next);
  }

  async #readAll(stream: RunStream): Promise<void> {
    const isCurrent = () => this.#current === stream;
    try {
      for await (const events of stream.events) {
        if (!isCurrent()) return;
        const goesOn = await this.#options.onEvents(events);
        if (!isCurrent()) return;
        if (!goesOn || (this.#next !== undefined && this.#options.isAtPause())) break;
      }
    } catch {
      // Any failure has the same consequence as an early end: a poll reads what is missing.
    }
    if (!isCurrent()) return;
    if (this.#next === undefined) {
      this.close();
      this.#options.onEnd();
    } else {
      this.#readNext();
    }
  }
}
