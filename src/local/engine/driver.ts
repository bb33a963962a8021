import { once } from 'node:events';
import type { NewId } from '../ids.ts';
import { type Model, ModelError } from '../models/model.ts';
import type { LastError, RunObject } from '../objects.ts';
import { type ExpiryDeps, isExpired, limitExpiry, watchExpiry } from './expiry.ts';
import type { RunEvents } from './run-events.ts';
import { beginRun, endRun, isLive } from './run-states.ts';
import { takeTurn } from './turn.ts';

export interface DriverDeps extends ExpiryDeps {
  readonly model: Model;
  readonly newId: NewId;
  readonly events: RunEvents;
  /** How long a run is queued, and how long it is cancelling. */
  readonly pauseMs: number;
  /** Told of what must not happen: a bug, a full disk. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Drives each live run to its end: looks at it on disk, does the next thing, and looks again. What to do next is read
 * from disk and from nowhere else, so that a process which takes over after a crash does the same.
 */
export interface Driver {
  /** Drives a run that nobody drives yet. */
  begin(runId: string): void;
  /** Makes the driver look at a run afresh: somebody changed it, or removed it. */
  wake(runId: string): void;
  /** Stops where it stands. Runs are left on disk as they are. */
  close(): Promise<void>;
}

interface Job {
  /** Aborted when the run has to be looked at afresh. */
  look: AbortController;
  done: Promise<void>;
}

/** After a fault, the run is looked at again so much later: the disk may have room by then. */
const AFTER_FAULT_MS = 1_000;

/** A driver that drives nothing yet. */
export function createDriver(deps: DriverDeps): Driver {
  const { store, events, clock } = deps;
  const jobs = new Map<string, Job>();
  const closing = new AbortController();

  async function drive(runId: string, job: Job): Promise<void> {
    while (!closing.signal.aborted) {
      job.look = new AbortController();
      const { signal } = job.look;
      try {
        const run = store.runs.find(runId);
        if (run === undefined) return events.publish(runId, [gone(runId)]);
        if (!isLive(run)) return;
        const current = limitExpiry(deps, run);
        await beforeExpiry(deps, current, job.look, () => proceed(deps, current, signal));
      } catch (error) {
        deps.onFault(error);
        await clock.sleep(AFTER_FAULT_MS, closing.signal);
      }
    }
  }

  return {
    begin(runId) {
      const job: Job = { look: new AbortController(), done: Promise.resolve() };
      jobs.set(runId, job);
      job.done = drive(runId, job).finally(() => jobs.delete(runId));
    },
    wake: (runId) => jobs.get(runId)?.look.abort(),
    async close() {
      closing.abort();
      const running = [...jobs.values()];
      for (const job of running) job.look.abort();
      await Promise.all(running.map((job) => job.done));
    },
  };
}

/** Does the work, and aborts it once the run has expired or its expiry has to be limited again. */
async function beforeExpiry(
  deps: DriverDeps,
  run: RunObject,
  look: AbortController,
  work: () => Promise<void>,
): Promise<void> {
  const done = new AbortController();
  void watchExpiry(deps, run, done.signal)
    .catch(deps.onFault)
    .then(() => look.abort());
  await work().finally(() => done.abort());
}

/** Does what is next for a live run, or returns early when `signal` aborts. */
async function proceed(deps: DriverDeps, run: RunObject, signal: AbortSignal): Promise<void> {
  const { store, clock, pauseMs } = deps;
  const { publish } = deps.events;
  if (run.status !== 'cancelling' && isExpired(clock, run)) {
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
          publish(run.id, endRun(store, run.id, { status: 'failed', error: lastError(deps, error) }));
      });
    case 'cancelling':
      // Nothing is left that could stop this, not even the end of its time.
      await clock.sleep(pauseMs, signal);
      if (store.runs.find(run.id)) publish(run.id, endRun(store, run.id, { status: 'cancelled' }));
      return;
    default:
      // requires_action: nothing to do until somebody submits, cancels or removes the run, or its time is over.
      if (!signal.aborted) await once(signal, 'abort');
  }
}

function lastError(deps: DriverDeps, error: unknown): LastError {
  if (error instanceof ModelError) return { code: error.code, message: error.message };
  deps.onFault(error);
  return { code: 'server_error', message: 'Something went wrong in the local API.' };
}

/** What a reader of a stream is told when the run was deleted, with its thread. */
function gone(runId: string) {
  const message = `Run ${runId} has been deleted together with its thread.`;
  return { name: 'error', data: { type: 'invalid_request_error', message, param: null, code: null } };
}
