import { DeadlineError } from '../rest/errors.ts';
import type { RunStream, StreamEvent } from '../rest/run-stream.ts';
import type { Run } from '../rest/wire/run.ts';
import type { UpstreamAccess } from './access.ts';
import { Audience } from './audience.ts';
import { ContentTracker } from './content-tracker.ts';
import type { RunEvent, WatchErrorEvent } from './events.ts';
import type { RunLog } from './log.ts';
import { Observer } from './observer.ts';
import { Poller, type PollResult } from './poller.ts';
import type { Recorder } from './recorder.ts';
import type { RunState } from './run-state.ts';
import type { RunIds } from './runs.ts';
import { StreamSource } from './stream-source.ts';
import { WatchEnd } from './watch-end.ts';
import { isFatal, watchErrorEvent } from './watch-error.ts';

export interface WatcherOptions {
  readonly ids: RunIds;
  readonly state: RunState;
  readonly log: RunLog;
  readonly recorder: Recorder;
  /** Whether the log has all content of the run so far. */
  readonly hasContent: boolean;
  /** `openai-poll-after-ms` of the first GET. */
  readonly hintMs?: number | undefined;
  /** Called before each poll. */
  readonly onPoll: () => void;
  /** Called when watching has failed permanently. The log has ended, but the run may not have. */
  readonly onFail: () => void;
}

/** After this many failed polls in a row, followers get a `watch.error`. */
const FAILURES_UNTIL_REPORTED = 3;

/**
 * Watches one run until it has ended. It reads the streams of the run, and polls it if there is none and somebody follows it. All
 * changes go to the log.
 */
export class Watcher {
  readonly ids: RunIds;
  readonly log: RunLog;
  readonly state: RunState;
  readonly recorder: Recorder;
  readonly audience: Audience;
  readonly content: ContentTracker;
  readonly poller: Poller;
  readonly #access: UpstreamAccess;
  readonly #options: WatcherOptions;
  readonly #observer: Observer;
  readonly #streams: StreamSource;
  readonly #watchEnd: WatchEnd;
  #endedAt: number | undefined;
  /** True if a stream has ended the run, but content has to be read before that is recorded. */
  #mustReadBack = false;
  #refreshing: { readonly hasContent: boolean; readonly done: Promise<void> } | undefined;

  constructor(access: UpstreamAccess, options: WatcherOptions) {
    const { clock, limits } = access;
    const { ids, state } = options;
    this.#access = access;
    this.#options = options;
    this.ids = ids;
    this.log = options.log;
    this.state = state;
    this.recorder = options.recorder;
    this.audience = new Audience(clock, limits.graceMs);
    this.content = new ContentTracker(ids, state, access.upstream, options.hasContent);
    this.#observer = new Observer({ ...access, ...options, content: this.content });
    this.#watchEnd = new WatchEnd(clock, limits.maxWatchMs, state.run);
    this.poller = new Poller({
      ...access,
      poll: (isCurrent) => this.#poll(isCurrent, this.audience.wantsContent),
      onFailure: (error, failures) => this.#onFailure(error, failures),
      isWanted: () => this.audience.isPresent || this.#mustReadBack,
      endAt: () => this.#watchEnd.at,
      onPoll: options.onPoll,
    });
    this.#streams = new StreamSource({
      clock,
      onBegin: () => state.beginStream(),
      onEvents: (events) => this.#onStreamEvents(events),
      isAtPause: () => this.#isWaiting(),
      maxMs: () => this.#watchEnd.leftMs,
      onEnd: () => this.#onStreamEnd(),
    });
  }

  get isEnded(): boolean {
    return this.#endedAt !== undefined;
  }

  /** True if it is too late to watch the run any longer. */
  get isOver(): boolean {
    return this.#watchEnd.isOver;
  }

  /** True if nothing is being read from upstream, though the run may not have ended. */
  get isIdle(): boolean {
    return !this.isEnded && !this.#streams.isOpen && !this.poller.isRunning;
  }

  get isStreamed(): boolean {
    return this.#streams.isOpen;
  }

  /** Until when the log is kept, in milliseconds since 1970. */
  get keepUntil(): number {
    return (this.#endedAt ?? this.#watchEnd.at) + this.#access.limits.eventsTtlMs;
  }

  /**
   * Starts the log with the status and, if wanted, the content of the run.
   *
   * @param history earlier statuses. The content comes after them, and the current status last
   * @throws what RestClient.call throws, if reading the content fails
   */
  async begin(wantsContent: boolean, history: readonly RunEvent[] = []): Promise<void> {
    const status = [this.state.lastStatus];
    void this.recorder.record(history.length === 0 ? status : history);
    if (wantsContent) {
      this.content.keep();
      void this.recorder.record(await this.content.readFirst());
    }
    if (history.length > 0) void this.recorder.record(status);
    if (this.state.isEnded) this.#end();
  }

  /** Adds a follower. @returns a function to call once, when it leaves */
  join(wantsContent: boolean): () => void {
    const isFirst = wantsContent && !this.audience.wantsContent;
    if (wantsContent) this.content.keep();
    const leave = this.audience.join(wantsContent);
    if (this.isEnded) return leave;
    if (this.isStreamed) {
      if (wantsContent) this.#observer.catchUp(() => this.isStreamed);
    } else if (!this.poller.isRunning) {
      this.poller.start({ status: this.state.run.status, hintMs: this.#options.hintMs });
    } else if (isFirst) {
      this.poller.wake();
    }
    return leave;
  }

  /**
   * Brings the log of an idle watcher up to date.
   *
   * @param wantsContent whether the steps and messages have to be in it too
   * @throws what RestClient.call throws
   */
  async refresh(wantsContent: boolean): Promise<void> {
    while (this.#refreshing?.hasContent === false && wantsContent) await this.#refreshing.done;
    this.#refreshing ??= {
      hasContent: wantsContent,
      done: this.#refresh(wantsContent).finally(() => {
        this.#refreshing = undefined;
      }),
    };
    return this.#refreshing.done;
  }

  /** Records a run that a write returned. */
  observe(run: Run): void {
    if (this.isEnded) return;
    this.#observer.recordWrite(run);
    if (this.state.isEnded && !this.content.isKept) this.#end();
    this.poller.wake();
  }

  /** Reads a stream of the run. @param isContinuation whether the log has everything from before the stream */
  adopt(stream: RunStream, isContinuation: boolean): void {
    if (this.isEnded) {
      stream.close();
      return;
    }
    if (!isContinuation) this.content.markGap();
    if (this.content.isComplete) this.content.keep();
    this.poller.stop();
    this.#streams.add(stream);
    if (this.audience.wantsContent) this.#observer.catchUp(() => this.isStreamed);
  }

  /** Stops watching, and ends all followers. */
  close(): void {
    if (!this.isEnded) this.#end();
  }

  async #refresh(wantsContent: boolean): Promise<void> {
    const isCurrent = () => !this.isEnded && !this.isStreamed;
    try {
      await this.#poll(isCurrent, wantsContent);
    } catch (error) {
      if (isCurrent() && isFatal(error)) this.#fail(watchErrorEvent(error, false));
      throw error;
    }
  }

  async #poll(isCurrent: () => boolean, wantsContent: boolean): Promise<PollResult> {
    if (wantsContent) this.content.keep();
    const result = await this.#observer.poll(isCurrent, wantsContent);
    if (!isCurrent()) return result;
    this.#watchEnd.update(this.state.run);
    if (this.state.isEnded) this.#end();
    else if (this.#watchEnd.isOver) this.#giveUp();
    return result;
  }

  #onFailure(error: unknown, failures: number): void {
    if (isFatal(error)) {
      this.#fail(watchErrorEvent(error, false));
    } else if (this.#watchEnd.isOver) {
      this.#giveUp();
    } else if (failures === FAILURES_UNTIL_REPORTED && this.#access.pause.remainingMs() === 0) {
      void this.recorder.record([watchErrorEvent(error, true)]);
    }
  }

  async #onStreamEvents(events: readonly StreamEvent[]): Promise<boolean> {
    this.#mustReadBack = !(await this.#observer.recordStreamEvents(events));
    if (this.state.isEnded && !this.isEnded) this.#end();
    return !this.#mustReadBack;
  }

  #onStreamEnd(): void {
    if (!this.#isWaiting()) this.content.markGap();
    this.poller.start(this.#isWaiting() && !this.#mustReadBack ? this.state.run : 'now');
  }

  #isWaiting(): boolean {
    return this.state.run.status === 'requires_action';
  }

  #giveUp(): void {
    this.#fail(watchErrorEvent(new DeadlineError('The run did not end in time'), false));
  }

  #fail(event: WatchErrorEvent): void {
    void this.recorder.record([event]);
    this.#end();
    this.#options.onFail();
  }

  #end(): void {
    this.#endedAt = this.#access.clock.now();
    this.poller.stop();
    this.#streams.close();
    void this.recorder.end();
  }
}
