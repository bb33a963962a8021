import type { MalformedResponseError } from '../rest/errors.ts';
import { isTerminal } from '../rest/run-status.ts';
import type { Run } from '../rest/wire/run.ts';
import { ContentReader, type RunContent } from './content-reader.ts';
import type { RunEvent } from './events.ts';
import type { RunState } from './run-state.ts';
import type { RunIds } from './runs.ts';
import type { Upstream } from './upstream.ts';
import { watchErrorEvent } from './watch-error.ts';

/** Content that was read, and is not in the state yet. */
export interface ReadContent {
  /** Applies it to the state. @returns the changes */
  apply(): RunEvent[];
  /** Set if a step or a message is malformed, and so is missing. It should be read again. */
  readonly failure: MalformedResponseError | undefined;
}

/** While a run has one of these statuses, its steps and messages do not change. */
const QUIET = new Set(['queued', 'requires_action']);

/**
 * Tracks whether the log of a run has all of its steps and messages, and reads what is missing: while somebody follows them, and
 * before a log that has some is ended.
 */
export class ContentTracker {
  readonly #reader: ContentReader;
  readonly #state: RunState;
  readonly #upstream: Upstream;
  #isKept = false;
  #hasGap: boolean;

  /** @param isComplete whether the log has all content so far */
  constructor(ids: RunIds, state: RunState, upstream: Upstream, isComplete: boolean) {
    this.#reader = new ContentReader(ids);
    this.#state = state;
    this.#upstream = upstream;
    this.#hasGap = !isComplete;
  }

  /** Whether the log should hold steps and messages, not only statuses. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** False if steps or messages may be missing from the log. */
  get isComplete(): boolean {
    return !this.#hasGap;
  }

  /** From now on the log should hold steps and messages. */
  keep(): void {
    this.#isKept = true;
  }

  /** Call this when changes may have been missed. */
  markGap(): void {
    this.#hasGap = true;
  }

  /** Whether a poll that returned this run has to read the content too. @param isWanted whether somebody follows it */
  isNeeded({ status }: Run, isWanted: boolean): boolean {
    if (isTerminal(status)) return this.#isKept;
    const mayHaveChanged = status !== this.#state.run.status || !QUIET.has(status);
    if (mayHaveChanged && !isWanted) this.#hasGap = true;
    return isWanted && (this.#hasGap || mayHaveChanged);
  }

  /** Reads the content from upstream. @throws what RestClient.call throws */
  async read(): Promise<ReadContent> {
    const content = await this.#upstream.read(({ rest }) => this.#reader.read(rest, this.#state));
    return this.#pending(content, () => this.#reader.observe(this.#state, content));
  }

  /**
   * Reads the content with which a log begins. If the run has ended, nothing is read after this: what is malformed is read once
   * more, and if it still is, the changes are those of the rest, after an error.
   *
   * @throws what RestClient.call throws
   */
  async readFirst(): Promise<RunEvent[]> {
    const content = await this.read();
    if (content.failure === undefined || !this.#state.isEnded) return content.apply();
    const { failure, apply } = await this.read();
    return failure === undefined ? apply() : [watchErrorEvent(failure, true), ...apply()];
  }

  /** Like {@link read}, for ended steps only: a live stream delivers the others. */
  async readEnded(): Promise<ReadContent> {
    const content = await this.#upstream.read(({ rest }) => this.#reader.read(rest, this.#state));
    return this.#pending(content, () => this.#reader.observeEnded(this.#state, content));
  }

  #pending({ failure }: RunContent, observe: () => RunEvent[]): ReadContent {
    return {
      failure,
      apply: () => {
        this.#hasGap = failure !== undefined;
        return observe();
      },
    };
  }
}
