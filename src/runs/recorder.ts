import { eventBytes } from './event-bytes.ts';
import type { RunEvent, WatchErrorEvent } from './events.ts';
import type { RunLog } from './log.ts';
import type { RunState } from './run-state.ts';

export interface RecorderOptions {
  readonly state: RunState;
  readonly log: RunLog;
  /** Bound of the log, of which half is for its checkpoint. */
  readonly maxBytes: number;
  /** Called for each change of the run's status, before anyone is told. */
  readonly onStatusChange: () => void;
  /** Called when the log has grown. */
  readonly onGrowth: (bytes: number) => void;
}

/** Told where a run has produced more than a log holds. */
const TOO_MUCH: WatchErrorEvent = {
  type: 'watch.error',
  code: 'UPSTREAM_ERROR',
  message: 'The run has produced too much to be kept: only its status is followed',
  request_id: null,
  will_continue: true,
};

/**
 * Writes what is new about a run to its log, and keeps the log within its bound: by a checkpoint once the log is half full of
 * what came after the last, and by following only the status of a run whose checkpoint alone would take more than half.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  /** Writes in their order: a store may take its time. */
  #written: Promise<void> = Promise.resolve();
  #bytesAfterCheckpoint = 0;
  #isStatusOnly = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** True for a run that has produced too much. */
  get isStatusOnly(): boolean {
    return this.#isStatusOnly;
  }

  /**
   * Appends events that the state has just given, before it is asked for others. Fulfilled once they are in the log.
   */
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

  /** Marks the log as complete. */
  end(): Promise<void> {
    this.#write((log) => log.end());
    return this.#written;
  }

  /** Drops all content from the log and from the state, and keeps to the status from here on. */
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
