import { fillPath } from '../rest/path.ts';
import type { Run } from '../rest/wire/run.ts';
import type { UpstreamAccess } from './access.ts';
import { TooManyRunsError } from './errors.ts';
import type { OpenLog } from './log.ts';
import { Recorder } from './recorder.ts';
import { getRun } from './run-reads.ts';
import { RunState } from './run-state.ts';
import type { RunIds } from './runs.ts';
import { Watcher } from './watcher.ts';
import type { WatcherPool } from './watcher-pool.ts';

export interface WatchersOptions {
  readonly access: UpstreamAccess;
  readonly pool: WatcherPool;
  readonly openLog: OpenLog;
  /** Called with the path of a run before a new status of it is delivered. */
  readonly onStatusChange: (path: string) => void;
}

/** The first observation of a run. */
interface FirstObservation {
  readonly ids: RunIds;
  readonly run: Run;
  /** Whether the run has just been created, so that its log will have all of its events. */
  readonly isNew: boolean;
  readonly hintMs?: number | undefined;
}

/** The watchers of one credential: one per run, shared by all of its followers. */
export class Watchers {
  readonly #options: WatchersOptions;
  /** By thread id, then by run id. */
  readonly #threads = new Map<string, Map<string, Watcher>>();
  #count = 0;
  /** Runs whose first GET is in flight. */
  readonly #opening = new Map<string, Promise<Watcher>>();
  #isGathering = false;

  constructor(options: WatchersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#count + this.#opening.size;
  }

  get({ thread_id, run_id }: RunIds): Watcher | undefined {
    return this.#threads.get(thread_id)?.get(run_id);
  }

  /** Whether one more run can be watched. Drops an unused watcher if necessary. */
  hasRoom(): boolean {
    if (this.size < this.#options.access.limits.maxWatchers) return true;
    return this.#options.pool.makeRoom((watcher) => this.get(watcher.ids) === watcher);
  }

  /**
   * Returns the watcher of a run, with an up-to-date log.
   *
   * @param wantsContent whether the log must have the steps and messages
   * @throws TooManyRunsError; what the first GET throws
   */
  async open(ids: RunIds, wantsContent: boolean): Promise<Watcher> {
    for (;;) {
      const opening = this.#opening.get(keyOf(ids));
      const watcher = opening === undefined ? this.get(ids) : await opening;
      if (watcher === undefined || (watcher.isIdle && watcher.isOver)) {
        return this.#share(ids, () => this.#openFirst(ids, wantsContent));
      }
      if (watcher.isEnded && wantsContent && lacksContent(watcher)) {
        return this.#share(ids, () => this.#rebuild(watcher));
      }
      if (opening !== undefined || !watcher.isIdle) return watcher;
      await watcher.refresh(wantsContent);
      if (watcher.isIdle) return watcher;
    }
  }

  /** Returns the watcher of a run that was started here. @param isNew whether the run has just been created */
  async add(run: Run, isNew: boolean): Promise<Watcher> {
    const ids = { thread_id: run.thread_id, run_id: run.id };
    await this.#opening.get(keyOf(ids))?.catch(() => undefined);
    const known = this.get(ids);
    if (known !== undefined) return known;
    return this.#share(ids, async () => {
      const watcher = await this.#create({ ids, run, isNew });
      await watcher.begin(false);
      return watcher;
    });
  }

  async #openFirst(ids: RunIds, wantsContent: boolean): Promise<Watcher> {
    if (!this.hasRoom()) throw new TooManyRunsError(this.#options.access.limits.maxWatchers);
    const { upstream } = this.#options.access;
    const observed = await upstream.read((request) => getRun(request, ids), { retries: true });
    const watcher = await this.#create({ ids, ...observed, isNew: false });
    await watcher.begin(wantsContent);
    return watcher;
  }

  /** Creates a new log with content for an ended run whose log has only statuses. No client has cursors of the old log. */
  async #rebuild(old: Watcher): Promise<Watcher> {
    const { entries } = await old.log.read(old.log.start, Number.MAX_SAFE_INTEGER);
    const statuses = entries.map(({ event }) => event).filter(({ type }) => type === 'run.status');
    const watcher = await this.#create({ ids: old.ids, run: old.state.run, isNew: false });
    await watcher.begin(true, statuses.slice(0, -1));
    return watcher;
  }

  async #create({ ids, run, isNew, hintMs }: FirstObservation): Promise<Watcher> {
    const { access, pool, openLog, onStatusChange } = this.#options;
    const log = await openLog(ids);
    const state = new RunState(run, Math.floor(access.clock.now() / 1000));
    const path = fillPath('/threads/{thread_id}/runs/{run_id}', { ...ids });
    const recorder = new Recorder({
      state,
      log,
      maxBytes: access.limits.maxRunLogBytes,
      onStatusChange: () => onStatusChange(path),
      onGrowth: (bytes) => pool.onGrowth(bytes),
    });
    const watcher: Watcher = new Watcher(access, {
      ids,
      state,
      log,
      recorder,
      hasContent: isNew,
      hintMs,
      onPoll: () => this.#gather(watcher),
      onFail: () => pool.remove(watcher),
    });
    return watcher;
  }

  /** Registers the watcher once it is created. Concurrent calls of `open` for the same run wait for it. */
  #share(ids: RunIds, create: () => Promise<Watcher>): Promise<Watcher> {
    const key = keyOf(ids);
    const opening = create()
      .then((watcher) => {
        this.#put(watcher);
        return watcher;
      })
      .finally(() => this.#opening.delete(key));
    this.#opening.set(key, opening);
    return opening;
  }

  #put(watcher: Watcher): void {
    const { pool } = this.#options;
    const { thread_id, run_id } = watcher.ids;
    const old = this.get(watcher.ids);
    if (old !== undefined) pool.remove(old);
    const ofThread = this.#threads.get(thread_id) ?? new Map<string, Watcher>();
    this.#threads.set(thread_id, ofThread.set(run_id, watcher));
    this.#count++;
    pool.add(watcher, () => {
      this.#count--;
      ofThread.delete(run_id);
      if (ofThread.size === 0) this.#threads.delete(thread_id);
    });
  }

  /** Polls other runs of the thread now if they are due soon, so that they share a list request. */
  #gather({ ids }: Watcher): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    for (const other of this.#threads.get(ids.thread_id)?.values() ?? []) other.poller.pollIfDueSoon();
    this.#isGathering = false;
  }
}

function lacksContent({ content, recorder }: Watcher): boolean {
  return !content.isComplete && !recorder.isStatusOnly;
}

function keyOf({ thread_id, run_id }: RunIds): string {
  return `${thread_id}/${run_id}`;
}
