import { once } from 'node:events';
import type { Clock } from '../clock.ts';
import type { NewId } from '../ids.ts';
import { type Model, ModelError } from '../model.ts';
import type { LastError, RunObject } from '../objects.ts';
import { LIVE_STATUSES } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import type { EventReader, RunEvents } from './run-events.ts';
import { beginRun, endRun, requestCancel, runEvent } from './run-states.ts';
import { acceptOutputs } from './tool-calling.ts';
import { takeTurn } from './turn.ts';

/** Carries the runs from queued to their end. What to do next it reads from disk, and from nowhere else. */
export interface Engine {
  /** Sets a run going that has just been put on disk, and tells `reader` of it from the start. */
  start(run: RunObject, reader?: EventReader): void;
  /** Takes the outputs of all calls of a run that requires action; `reader` hears what follows. */
  submit(runId: string, outputs: ReadonlyMap<string, string>, reader?: EventReader): RunObject;
  /** The run is cancelling when this returns, and cancelled a moment later. */
  cancel(runId: string): RunObject;
  /** To be told when a run has been removed. */
  forget(runId: string): void;
  /** Goes on with every run that a process before this one left behind. */
  resume(): void;
  /** Stops where it stands. Runs are left on disk as they are. */
  close(): Promise<void>;
}

export interface EngineDeps {
  readonly store: Store;
  readonly model: Model;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly events: RunEvents;
  /** How long a run is queued, and how long it is cancelling. */
  readonly pauseMs: number;
  /** Told of what must not happen: a bug, a full disk. */
  readonly onFault: (error: unknown) => void;
}

interface Job {
  /** Aborted when the run has to be looked at afresh: somebody changed it, or its time is over. */
  look: AbortController;
  done: Promise<void>;
}

export function createEngine(deps: EngineDeps): Engine {
  const { store, events, clock } = deps;
  const jobs = new Map<string, Job>();
  let closed = false;

  /** Looks at the run on disk, does the next thing, and looks again, until the run has ended or is gone. */
  async function drive(runId: string, job: Job): Promise<void> {
    while (!closed) {
      const run = store.runs.find(runId);
      if (run === undefined || !isLive(run)) return;
      job.look = new AbortController();
      const watch = expireInTime(run, job.look);
      await proceed(deps, run, job.look.signal).finally(() => watch.abort());
    }
  }

  /** Wakes the job once its run has expired. */
  function expireInTime(run: RunObject, look: AbortController): AbortController {
    const watch = new AbortController();
    const wait = clock.sleep(untilExpiry(clock, run), watch.signal);
    void wait.then(() => look.abort());
    return watch;
  }

  function begin(runId: string) {
    const job: Job = { look: new AbortController(), done: Promise.resolve() };
    jobs.set(runId, job);
    job.done = drive(runId, job)
      .catch(deps.onFault)
      .finally(() => jobs.delete(runId));
  }

  const wake = (runId: string) => jobs.get(runId)?.look.abort();

  return {
    start(run, reader) {
      if (reader !== undefined) events.follow(run.id, reader);
      events.publish(run.id, [{ name: 'thread.run.created', data: run }, runEvent(run)]);
      begin(run.id);
    },
    submit(runId, outputs, reader) {
      const accepted = acceptOutputs(store, runId, outputs);
      if (reader !== undefined) events.follow(runId, reader);
      events.publish(runId, accepted.events);
      wake(runId);
      return accepted.run;
    },
    cancel(runId) {
      const run = requestCancel(store, runId);
      events.publish(runId, [runEvent(run)]);
      wake(runId);
      return run;
    },
    forget: wake,
    resume() {
      for (const run of store.liveRuns()) begin(run.id);
    },
    async close() {
      closed = true;
      const running = [...jobs.values()];
      for (const job of running) job.look.abort();
      await Promise.all(running.map((job) => job.done));
    },
  };
}

/** Does what is next for a live run, or returns early when `signal` aborts. */
async function proceed(deps: EngineDeps, run: RunObject, signal: AbortSignal): Promise<void> {
  const { store, clock, events, pauseMs } = deps;
  const publish = events.publish;
  if (run.status !== 'cancelling' && untilExpiry(clock, run) <= 0) {
    return publish(run.id, endRun(store, run.id, { status: 'expired' }));
  }
  switch (run.status) {
    case 'queued':
      await clock.sleep(pauseMs, signal);
      if (!signal.aborted) publish(run.id, beginRun(store, run.id));
      return;
    case 'in_progress':
      return takeTurn({ ...deps, publish }, run, signal).catch((error) => {
        if (!signal.aborted)
          publish(run.id, endRun(store, run.id, { status: 'failed', error: fault(deps, error) }));
      });
    case 'cancelling':
      await clock.sleep(pauseMs, signal);
      if (!signal.aborted) publish(run.id, endRun(store, run.id, { status: 'cancelled' }));
      return;
    default:
      // requires_action: nothing to do until somebody submits, cancels or removes the run, or its time is over.
      if (!signal.aborted) await once(signal, 'abort');
  }
}

function fault(deps: EngineDeps, error: unknown): LastError {
  if (error instanceof ModelError) return { code: error.code, message: error.message };
  deps.onFault(error);
  return { code: 'server_error', message: 'Something went wrong in the local API.' };
}

function isLive(run: RunObject): boolean {
  return LIVE_STATUSES.some((status) => status === run.status);
}

function untilExpiry(clock: Clock, run: RunObject): number {
  return (run.expires_at ?? 0) * 1000 - clock.now();
}
