import { isTerminal } from '../rest/run-status.ts';
import type { Run } from '../rest/wire/run.ts';
import { ContentReader } from './content-reader.ts';
import type { RunEvent } from './events.ts';
import type { RunState } from './run-state.ts';
import type { RunIds } from './runs.ts';
import type { Upstream } from './upstream.ts';

/** While a run has one of these statuses, its steps and messages do not change. */
const QUIET = new Set(['queued', 'requires_action']);

/**
 * Knows how much of a run's content is in its log, and reads the rest from upstream when that is needed: while somebody follows
 * it, and before a log that has content is ended.
 */
export class ContentTracker {
  readonly #reader: ContentReader;
  readonly #state: RunState;
  readonly #upstream: Upstream;
  #isKept = false;
  #hasGap: boolean;

  /** @param isComplete whether the log has all content up to now */
  constructor(ids: RunIds, state: RunState, upstream: Upstream, isComplete: boolean) {
    this.#reader = new ContentReader(ids);
    this.#state = state;
    this.#upstream = upstream;
    this.#hasGap = !isComplete;
  }

  /** Whether the log has, or is to have, more than statuses. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** False where something may be missing from the log. */
  get isComplete(): boolean {
    return !this.#hasGap;
  }

  /** From here on the log is to have the content too. */
  keep(): void {
    this.#isKept = true;
  }

  /** Something may have happened that nobody told the log. */
  markGap(): void {
    this.#hasGap = true;
  }

  /** Whether the content has to be read because upstream shows the run like this. @param isWanted whether somebody follows it */
  isNeeded({ status }: Run, isWanted: boolean): boolean {
    if (isTerminal(status)) return this.#isKept;
    const mayHaveChanged = status !== this.#state.run.status || !QUIET.has(status);
    if (mayHaveChanged && !isWanted) this.#hasGap = true;
    return isWanted && (this.#hasGap || mayHaveChanged);
  }

  /**
   * Reads the content from upstream.
   *
   * @returns tells the state what was read, and gives what is new
   * @throws as RestClient.call does
   */
  async read(): Promise<() => RunEvent[]> {
    const content = await this.#upstream.read(({ rest }) => this.#reader.read(rest, this.#state));
    return () => {
      this.#hasGap = false;
      return this.#reader.observe(this.#state, content);
    };
  }

  /** The same beside a live stream, which tells of everything that has not ended. */
  async readEnded(): Promise<() => RunEvent[]> {
    const content = await this.#upstream.read(({ rest }) => this.#reader.read(rest, this.#state));
    return () => {
      this.#hasGap = false;
      return this.#reader.observeEnded(this.#state, content);
    };
  }
}
