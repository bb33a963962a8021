import { isTerminal } from '../rest/run-status.ts';
import type { StreamEvent } from '../rest/run-stream.ts';
import type { Run } from '../rest/wire/run.ts';
import type { Clock } from './clock.ts';
import type { ContentTracker } from './content-tracker.ts';
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

/** After so many failures, the end of a run is told without the content that cannot be read. */
const MAX_CONTENT_FAILURES = 4;

/**
 * Records what polls, streams and writes show of a run. The end of a run is told last: where content is missing, it is read
 * before.
 */
export class Observer {
  readonly #options: ObserverOptions;
  #contentFailures = 0;
  #isCatchingUp = false;

  constructor(options: ObserverOptions) {
    this.#options = options;
  }

  /**
   * Polls once. What is found is dropped if `isCurrent` is no longer true then.
   *
   * @param wantsContent whether anybody follows more than the status
   * @throws as RestClient.call does. Where only the content could not be read, the run has been recorded, unless it has ended
   */
  async poll(isCurrent: () => boolean, wantsContent: boolean): Promise<PollResult> {
    const { ids, content, runReads, recorder } = this.#options;
    const { run, hintMs } = await runReads.read(ids);
    let failure: unknown;
    const observeContent =
      !recorder.isStatusOnly && content.isNeeded(run, wantsContent)
        ? await content.read().catch((error: unknown) => {
            failure = error;
            return undefined;
          })
        : undefined;
    if (!isCurrent()) return { status: run.status, hasChanged: false, hintMs };
    this.#contentFailures = failure === undefined ? 0 : this.#contentFailures + 1;
    const isUntold = failure !== undefined && isTerminal(run.status);
    if (isUntold && this.#contentFailures < MAX_CONTENT_FAILURES) throw failure;
    const events = this.#observe(run, observeContent);
    if (isUntold) events.unshift(watchErrorEvent(failure, true));
    await recorder.record(events);
    if (failure !== undefined && !isUntold) throw failure;
    return { status: run.status, hasChanged: events.length > 0, hintMs };
  }

  /** @returns false where the run has ended and content has to be read back, by a poll, before that is told */
  async takeStreamEvents(events: readonly StreamEvent[]): Promise<boolean> {
    const { state, content, recorder } = this.#options;
    const told: RunEvent[] = [];
    let goesOn = true;
    for (const event of events) {
      if (event.type === 'damaged' || event.type === 'error') content.markGap();
      if (event.type === 'error') told.push(watchErrorEvent(event.error, true));
      goesOn = !(event.type === 'run' && isTerminal(event.run.status) && this.#lacksContent());
      if (!goesOn) break;
      if (recorder.isStatusOnly && event.type !== 'run') continue;
      told.push(...state.applyStreamEvent(event, this.#seconds()));
    }
    await recorder.record(told);
    return goesOn;
  }

  /** A write returned the run. Where that has ended, a poll or the stream tells so, after the content. */
  takeWrite(run: Run): void {
    const { state, content, recorder } = this.#options;
    if (isTerminal(run.status) && content.isKept) return;
    void recorder.record(state.observeInOrder(run, this.#seconds()));
  }

  /** Reads what a stream that began later does not bring. Where this fails, it is read back at the end. */
  catchUp(isCurrent: () => boolean): void {
    const { content, recorder } = this.#options;
    if (this.#isCatchingUp || content.isComplete || recorder.isStatusOnly) return;
    this.#isCatchingUp = true;
    content
      .readEnded()
      .then((observe) => (isCurrent() ? recorder.record(observe()) : undefined))
      .catch(() => undefined)
      .finally(() => {
        this.#isCatchingUp = false;
      });
  }

  /** Where a run stops, what led there comes first; where it goes on, what follows from that comes after. */
  #observe(run: Run, observeContent: (() => RunEvent[]) | undefined): RunEvent[] {
    const { state, recorder } = this.#options;
    const contentEvents = recorder.isStatusOnly ? [] : (observeContent?.() ?? []);
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
