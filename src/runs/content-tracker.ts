import { MalformedResponseError } from '../rest/errors.ts';
import { isTerminal } from '../rest/run-status.ts';
import type { Run } from '../rest/wire/run.ts';
import { ContentReader } from './content-reader.ts';
import type { RunEvent } from './events.ts';
import type { RunState } from './run-state.ts';
import type { RunIds } from './runs.ts';
import type { Upstream } from './upstream.ts';
import { watchErrorEvent } from './watch-error.ts';

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

  /**
   * Reads the content from upstream.
   *
   * @param isLast whether a message that cannot be read fails, because nothing is read again after a success
   * @returns a function that applies the content to the state and returns the changes
   * @throws what RestClient.call throws
   */
  async read(isLast = false): Promise<() => RunEvent[]> {
    const content = await this.#upstream.read(({ rest }) => this.#reader.read(rest, this.#state, isLast));
    return () => {
      this.#hasGap = false;
      return this.#reader.observe(this.#state, content);
    };
  }

  /**
   * Reads the content of a run that has ended. Nothing is read after this, so a malformed message is read once more. If it still
   * is, the changes are those of the others, after an error.
   *
   * @throws what RestClient.call throws
   */
  async readFinally(): Promise<RunEvent[]> {
    for (let isFirst = true; ; isFirst = false) {
      try {
        return (await this.read(true))();
      } catch (error) {
        if (!(error instanceof MalformedResponseError)) throw error;
        if (!isFirst) return [watchErrorEvent(error, true), ...(await this.read())()];
      }
    }
  }

  /** Like {@link read}, for ended steps only: a live stream delivers the others. */
  async readEnded(): Promise<() => RunEvent[]> {
    const content = await this.#upstream.read(({ rest }) => this.#reader.read(rest, this.#state, false));
    return () => {
      this.#hasGap = false;
      return this.#reader.observeEnded(this.#state, content);
    };
  }
}
