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
  /** Whether the log has all content of the run up to now. */
  readonly hasContent: boolean;
  /** What the first GET said in `openai-poll-after-ms`. */
  readonly hintMs?: number | undefined;
  /** Called before each poll. */
  readonly onPoll: () => void;
  /** Called when watching has failed for good: the log has ended, and the run may not have. */
  readonly onFail: () => void;
}

/** After so many failures in a row, followers are told. */
const FAILURES_UNTIL_TOLD = 3;

/**
 * Watches one run until it has ended: reads its streams, and otherwise polls it while somebody follows. What is new goes to the
 * log, in one order for all followers.
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
  /** Set when upstream has ended the run, and content has to be read before that is told. */
  #mustReadBack = false;
  #refreshing: Promise<void> | undefined;

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
      poll: (isCurrent) => this.#poll(isCurrent),
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

  /** True if the run is not watched any longer, whoever asks. */
  get isOver(): boolean {
    return this.#watchEnd.isOver;
  }

  /** True while nothing is read from upstream, though the run may go on. */
  get isIdle(): boolean {
    return !this.isEnded && !this.#streams.isOpen && !this.poller.isRunning;
  }

  get isStreamed(): boolean {
    return this.#streams.isOpen;
  }

  /** Milliseconds since 1970: until then the log is kept for those who come back. */
  get keepUntil(): number {
    return (this.#endedAt ?? this.#watchEnd.at) + this.#access.limits.eventsTtlMs;
  }

  /**
   * Tells what is known of the run, and its content if that is wanted.
   *
   * @param history statuses from before
   * @throws as RestClient.call does, if the content cannot be read
   */
  async begin(wantsContent: boolean, history: readonly RunEvent[] = []): Promise<void> {
    const status = [this.state.lastStatus];
    void this.recorder.record(history.length === 0 ? status : history);
    if (wantsContent) {
      this.content.keep();
      const observe = await this.content.read();
      void this.recorder.record(observe());
    }
    if (history.length > 0) void this.recorder.record(status);
    if (this.state.isEnded) this.#end();
  }

  /** @returns leaves; to be called once */
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

  /** Brings the log of an idle watcher up to date. @throws as RestClient.call does */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** A write returned the run. */
  observe(run: Run): void {
    if (this.isEnded) return;
    this.#observer.takeWrite(run);
    if (this.state.isEnded && !this.content.isKept) this.#end();
    this.poller.wake();
  }

  /** Reads a stream of the run. @param isContinuation whether it begins where the log ends */
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

  async #refresh(): Promise<void> {
    const isCurrent = () => !this.isEnded && !this.isStreamed;
    try {
      await this.#poll(isCurrent);
    } catch (error) {
      if (isCurrent() && isFatal(error)) this.#fail(watchErrorEvent(error, false));
      throw error;
    }
  }

  async #poll(isCurrent: () => boolean): Promise<PollResult> {
    const result = await this.#observer.poll(isCurrent, this.audience.wantsContent);
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
    } else if (failures === FAILURES_UNTIL_TOLD && this.#access.pause.remainingMs() === 0) {
      void this.recorder.record([watchErrorEvent(error, true)]);
    }
  }

  async #onStreamEvents(events: readonly StreamEvent[]): Promise<boolean> {
    this.#mustReadBack = !(await this.#observer.takeStreamEvents(events));
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
