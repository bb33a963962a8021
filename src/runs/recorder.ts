import { eventBytes } from './event-bytes.ts';
import type { RunEvent, WatchErrorEvent } from './events.ts';
import type { RunLog } from './log.ts';
import type { RunState } from './run-state.ts';

export interface RecorderOptions {
  readonly state: RunState;
  readonly log: RunLog;
  /** Maximum size of the log. Half of it is for the checkpoint. */
  readonly maxBytes: number;
  /** Called before a new status is appended. */
  readonly onStatusChange: () => void;
  /** Called when the log has grown. */
  readonly onGrowth: (bytes: number) => void;
}

/** Recorded when a run has produced more than a log may hold. */
const TOO_MUCH: WatchErrorEvent = {
  type: 'watch.error',
  code: 'UPSTREAM_ERROR',
  message: 'The run has produced too much to be kept: only its status is followed',
  request_id: null,
  will_continue: true,
};

/**
 * Appends events to the log of a run and keeps its size within the limit. When the entries after the last checkpoint fill half of
 * the log, it writes a new checkpoint. If a checkpoint alone would fill more than half, it records only the status from then on.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  /** Settles when all writes so far are done. Each write waits for the one before. */
  #written: Promise<void> = Promise.resolve();
  #bytesAfterCheckpoint = 0;
  #isStatusOnly = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** True if only the status is recorded. */
  get isStatusOnly(): boolean {
    return this.#isStatusOnly;
  }

  /** Appends the latest changes of the state. Must be called before the state changes again. Fulfilled once they are in the log. */
  record(events: readonly RunEvent[]): Promise<void> {
    const kept = this.#isStatusOnly ? events.filter(isAboutRun) : events;
    if (kept.length === 0) return this.#written;
    if (kept.some(({ type }) => type === 'run.status')) this.#options.onStatusChange();
    const bytes = totalBytes(kept);
    this.#bytesAfterCheckpoint += bytes;
    this.#write((log) => log.append(kept));
    if (this.#bytesAfterCheckpoint > this.#options.maxBytes / 2) this.#checkpoint();
    this.#written = this.#written.then(() => this.#options.onGrowth(bytes));
    return this.#written;
  }

  /** Ends the log. */
  end(): Promise<void> {
    this.#write((log) => log.end());
    return this.#written;
  }

  /** Drops steps and messages from the log and from the state. From then on only the status is recorded. */
  keepStatusOnly(): void {
    if (this.#isStatusOnly) return;
    this.#isStatusOnly = true;
    const { state } = this.#options;
    state.dropContent();
    if (!state.isEnded) this.#write((log) => log.append([TOO_MUCH]));
    this.#writeCheckpoint(state.isEnded ? [TOO_MUCH, ...state.snapshot()] : [...state.snapshot(), TOO_MUCH]);
  }

  #checkpoint(): void {
    const { state, maxBytes } = this.#options;
    const snapshot = state.snapshot();
    if (totalBytes(snapshot) > maxBytes / 2) this.keepStatusOnly();
    else this.#writeCheckpoint(snapshot);
  }

  #writeCheckpoint(snapshot: readonly RunEvent[]): void {
    const { run } = this.#options.state;
    this.#bytesAfterCheckpoint = 0;
    this.#write((log) => log.checkpoint({ type: 'reset', run }, snapshot));
  }

  #write(work: (log: RunLog) => Promise<void>): void {
    this.#written = this.#written.then(() => work(this.#options.log));
  }
}

function totalBytes(events: readonly RunEvent[]): number {
  return events.reduce((bytes, event) => bytes + eventBytes(event), 0);
}

function isAboutRun({ type }: RunEvent): boolean {
  return type === 'run.status' || type === 'watch.error';
}
