import { once } from 'node:events';
import type { NewId } from '../ids.ts';
import type { Log } from '../log.ts';
import { ModelError, type Models } from '../models/model.ts';
import type { LastError, RunObject } from '../objects.ts';
import type { Pace } from '../pace.ts';
import { StorageError } from '../store/storage-error.ts';
import { type ExpiryDeps, isExpired, limitExpiry, watchExpiry } from './expiry.ts';
import type { RunEvent, RunEvents } from './run-events.ts';
import { beginRun, endRun, isLive } from './run-states.ts';
import type { SearchDeps } from './searching.ts';
import { takeTurn } from './turn.ts';

export interface DriverDeps extends ExpiryDeps, SearchDeps {
  readonly models: Models;
  readonly newId: NewId;
  readonly events: RunEvents;
  /** How long a run stays queued, and how long it stays cancelling. */
  readonly pauseMs: number;
  readonly pace: Pace;
  readonly log: Log;
}

/**
 * Drives each live run to its end in a loop: reads it from disk, does the next thing, and reads it again. What to do
 * depends only on what is on disk, so a process that resumes a run after a crash does the same.
 */
export interface Driver {
  /** Starts driving a run that is not being driven. */
  begin(runId: string): void;
  /** Makes the driver read a run again, after a request changed or deleted it. */
  wake(runId: string): void;
  /** Stops driving. The runs stay on disk as they are. */
  close(): Promise<void>;
}

interface Job {
  /** Aborted to make the driver stop what it is doing and read the run again. */
  interrupt: AbortController;
  done: Promise<void>;
}

/** How long a run rests after an unexpected error. The disk may have space by then. */
const PAUSE_AFTER_ERROR_MS = 1_000;

/** A driver without any runs yet. */
export function createDriver(deps: DriverDeps): Driver {
  const { store, events, clock, pace } = deps;
  const jobs = new Map<string, Job>();
  const closing = new AbortController();

  async function drive(runId: string, job: Job): Promise<void> {
    while (!closing.signal.aborted) {
      job.interrupt = new AbortController();
      const { signal } = job.interrupt;
      await pace.turn();
      if (closing.signal.aborted) return;
      try {
        const stored = store.runs.find(runId);
        if (stored === undefined) return events.publish(runId, [deletedEvent(runId)]);
        if (!isLive(stored)) return;
        const run = limitExpiry(deps, stored);
        await beforeExpiry(deps, run, job.interrupt, () => proceed(deps, run, signal));
      } catch (error) {
        deps.onError(error);
        await clock.sleep(PAUSE_AFTER_ERROR_MS, closing.signal);
      }
    }
  }

  return {
    begin(runId) {
      const job: Job = { interrupt: new AbortController(), done: Promise.resolve() };
      jobs.set(runId, job);
      job.done = drive(runId, job).finally(() => jobs.delete(runId));
    },
    wake: (runId) => jobs.get(runId)?.interrupt.abort(),
    async close() {
      closing.abort();
      const running = [...jobs.values()];
      for (const job of running) job.interrupt.abort();
      await Promise.all(running.map((job) => job.done));
    },
  };
}

/** Does the work, and interrupts it once the run has expired or its expiry has to be limited again. */
async function beforeExpiry(
  deps: DriverDeps,
  run: RunObject,
  interrupt: AbortController,
  work: () => Promise<void>,
): Promise<void> {
  const done = new AbortController();
  void watchExpiry(deps, run, done.signal)
    .catch(deps.onError)
    .then(() => interrupt.abort());
  await work().finally(() => done.abort());
}

/** Does the next thing for a live run. Returns early if `signal` aborts. */
async function proceed(deps: DriverDeps, run: RunObject, signal: AbortSignal): Promise<void> {
  const { store, clock, pauseMs } = deps;
  const { publish, cut } = deps.events;
  const model = deps.models.of(run.model);
  if (run.status !== 'cancelling' && isExpired(clock, run)) {
    return publish(run.id, endRun(store, model.tokens, run.id, { status: 'expired' }));
  }
  switch (run.status) {
    case 'queued':
      await clock.sleep(pauseMs, signal);
      if (!signal.aborted) publish(run.id, beginRun(store, run.id));
      return;
    case 'in_progress':
      return takeTurn({ ...deps, model, publish, cut }, run, signal).catch((error) => {
        // The turn is taken again when the disk can be written.
        if (error instanceof StorageError) throw error;
        if (signal.aborted) return;
        const ending = { status: 'failed', error: lastError(deps, error) } as const;
        publish(run.id, endRun(store, model.tokens, run.id, ending));
      });
    case 'cancelling':
      // An interrupt only shortens the pause: nothing can stop a cancellation, not even expiry.
      await clock.sleep(pauseMs, signal);
      if (store.runs.find(run.id))
        publish(run.id, endRun(store, model.tokens, run.id, { status: 'cancelled' }));
      return;
    default:
      // requires_action: wait until a request submits, cancels or deletes the run, or until it expires.
      if (!signal.aborted) await once(signal, 'abort');
  }
}

function lastError(deps: DriverDeps, error: unknown): LastError {
  if (error instanceof ModelError) return { code: error.code, message: error.message };
  deps.onError(error);
  return { code: 'server_error', message: 'The local API had an internal error.' };
}

/** The last event in the stream of a run that was deleted with its thread. */
function deletedEvent(runId: string): RunEvent {
  const message = `Run ${runId} has been deleted together with its thread.`;
  return { name: 'error', data: { type: 'invalid_request_error', message, param: null, code: null } };
}
