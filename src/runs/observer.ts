import { isTerminal } from '../rest/run-status.ts';
import type { StreamEvent } from '../rest/run-stream.ts';
import type { Run } from '../rest/wire/run.ts';
import type { Clock } from './clock.ts';
import type { ContentTracker, ReadContent } from './content-tracker.ts';
import type { RunEvent } from './events.ts';
import type { PollResult } from './poller.ts';
import type { Recorder } from './recorder.ts';
import type { RunReads } from './run-reads.ts';
import type { RunState } from './run-state.ts';
import type { RunIds } from './runs.ts';
import { watchErrorEvent } from './watch-error.ts';

export interface ObserverOptions {
  readonly ids: RunIds;
  readonly state: RunState;
  readonly content: ContentTracker;
  readonly recorder: Recorder;
  readonly runReads: RunReads;
  readonly clock: Clock;
}

/** After this many failures in a row to read the content of an ended run, its end is recorded without what could not be read. */
const MAX_CONTENT_FAILURES = 4;

/**
 * Records what polls, streams and writes return. The end of a run is recorded last: if content is missing from the log, it is
 * read first.
 */
export class Observer {
  readonly #options: ObserverOptions;
  #contentFailures = 0;
  #isCatchingUp = false;

  constructor(options: ObserverOptions) {
    this.#options = options;
  }

  /**
   * Polls once. The result is dropped if `isCurrent` has become false meanwhile.
   *
   * @param wantsContent whether any follower wants steps and messages
   * @throws what RestClient.call throws. If only reading the content failed, the status has been recorded, unless the run has ended
   */
  async poll(isCurrent: () => boolean, wantsContent: boolean): Promise<PollResult> {
    const { ids, content, runReads, recorder } = this.#options;
    const { run, hintMs } = await runReads.read(ids);
    const hasEnded = isTerminal(run.status);
    let failure: unknown;
    const found =
      !recorder.isStatusOnly && content.isNeeded(run, wantsContent)
        ? await content.read().catch((error: unknown) => {
            failure = error;
            return undefined;
          })
        : undefined;
    // While the run goes on, the next poll reads again what is malformed.
    if (hasEnded) failure ??= found?.failure;
    if (!isCurrent()) return { status: run.status, hasChanged: false, hintMs };
    this.#contentFailures = failure === undefined ? 0 : this.#contentFailures + 1;
    const isEndIncomplete = failure !== undefined && hasEnded;
    if (isEndIncomplete && this.#contentFailures < MAX_CONTENT_FAILURES) throw failure;
    const events = this.#observe(run, found);
    if (isEndIncomplete) events.unshift(watchErrorEvent(failure, true));
    await recorder.record(events);
    if (failure !== undefined && !isEndIncomplete) throw failure;
    return { status: run.status, hasChanged: events.length > 0, hintMs };
  }

  /** @returns false if the run has ended but content is missing: a poll has to read that before the end is recorded */
  async recordStreamEvents(events: readonly StreamEvent[]): Promise<boolean> {
    const { ids, state, content, recorder } = this.#options;
    const changes: RunEvent[] = [];
    let goesOn = true;
    for (const event of events) {
      if (event.type === 'damaged' || event.type === 'error') content.markGap();
      if (event.type === 'error') changes.push(watchErrorEvent(event.error, true));
      goesOn = !(isEndOf(ids, event) && this.#lacksContent());
      if (!goesOn) break;
      if (recorder.isStatusOnly && event.type !== 'run') continue;
      changes.push(...state.applyStreamEvent(event, this.#seconds()));
    }
    await recorder.record(changes);
    return goesOn;
  }

  /** Records a run that a write returned. If it has ended, the next poll or the stream records that, after the content. */
  recordWrite(run: Run): void {
    const { state, content, recorder } = this.#options;
    if (isTerminal(run.status) && content.isKept) return;
    void recorder.record(state.observeInOrder(run, this.#seconds()));
  }

  /** Reads the content from before the current stream. If this fails, it is read at the end of the run. */
  catchUp(isCurrent: () => boolean): void {
    const { content, recorder } = this.#options;
    if (this.#isCatchingUp || content.isComplete || recorder.isStatusOnly) return;
    this.#isCatchingUp = true;
    content
      .readEnded()
      .then(({ apply }) => (isCurrent() ? recorder.record(apply()) : undefined))
      .catch(() => undefined)
      .finally(() => {
        this.#isCatchingUp = false;
      });
  }

  /** If the run has stopped, the content that led there comes before its status. Otherwise it comes after. */
  #observe(run: Run, found: ReadContent | undefined): RunEvent[] {
    const { state, recorder } = this.#options;
    const contentEvents = recorder.isStatusOnly ? [] : (found?.apply() ?? []);
    const runEvents = state.observeRun(run, this.#seconds());
    const stops = isTerminal(run.status) || run.status === 'requires_action';
    return stops ? [...contentEvents, ...runEvents] : [...runEvents, ...contentEvents];
  }

  #lacksContent(): boolean {
    const { state, content, recorder } = this.#options;
    if (recorder.isStatusOnly || !content.isKept) return false;
    return !content.isComplete || !state.isContentEnded;
  }

  /** Unix seconds. */
  #seconds(): number {
    return Math.floor(this.#options.clock.now() / 1000);
  }
}

function isEndOf({ run_id }: RunIds, event: StreamEvent): boolean {
  return event.type === 'run' && event.run.id === run_id && isTerminal(event.run.status);
}
