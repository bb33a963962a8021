import type { RunStream, StreamEvent } from '../rest/run-stream.ts';
import type { Clock } from './clock.ts';

export interface StreamSourceOptions {
  readonly clock: Clock;
  /** Called before the events of each stream. */
  onBegin(): void;
  /** Takes events in their order. @returns whether to read on */
  onEvents(events: readonly StreamEvent[]): Promise<boolean>;
  /** Whether the events taken so far end where a stream may end before the run does. */
  isAtPause(): boolean;
  /** How long a stream may be read, in milliseconds. */
  maxMs(): number;
  /** Called when there is no further stream, however the last one ended. */
  onEnd(): void;
}

/** How long the stream of a run may take to end after the next one has begun. */
const OVERLAP_MS = 1_000;

/** Reads the streams of one run, one after the other, whoever listens. */
export class StreamSource {
  readonly #options: StreamSourceOptions;
  #current: RunStream | undefined;
  /** Begun by a submit that was faster than the end of the current stream. */
  #next: RunStream | undefined;
  #cancelOverlap: (() => void) | undefined;
  #cancelEnd: (() => void) | undefined;

  constructor(options: StreamSourceOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#current !== undefined;
  }

  /** Reads this stream after the current one, if there is one. */
  add(stream: RunStream): void {
    if (this.#current === undefined || this.#options.isAtPause()) {
      this.#read(stream);
      return;
    }
    this.#next?.close();
    this.#next = stream;
    this.#cancelOverlap ??= this.#options.clock.schedule(OVERLAP_MS, () => this.#readNext());
  }

  /** Stops reading. Runs at upstream go on. */
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
      // However a stream breaks, what is missing is read back.
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
