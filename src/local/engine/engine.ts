import type { RunObject } from '../objects.ts';
import { createDriver, type DriverDeps } from './driver.ts';
import type { RunSubscriber } from './run-events.ts';
import { endRun, isLive, requestCancel, runEvent } from './run-states.ts';
import { acceptOutputs } from './tool-calling.ts';

/** Takes the runs from queued to their end. */
export interface Engine {
  /** Starts a run that is already on disk. `subscriber` gets its events from the first one. */
  start(run: RunObject, subscriber?: RunSubscriber): void;
  /** Accepts the outputs of all calls of a run that requires action. `subscriber` gets the events that follow. */
  submit(runId: string, outputs: ReadonlyMap<string, string>, subscriber?: RunSubscriber): RunObject;
  /** Returns the run as cancelling. A moment later it is cancelled. */
  cancel(runId: string): RunObject;
  /** Must be called after a live run was deleted. */
  forget(runId: string): void;
  /** Resumes every run that an earlier process left unfinished. */
  resume(): void;
  /** Stops. The runs stay on disk as they are. */
  close(): Promise<void>;
}

/** The first time, a run may just have been there when the process was killed. */
const MAX_CRASHES = 3;

/** An engine that drives nothing until `resume` or `start` is called. */
export function createEngine(deps: DriverDeps): Engine {
  const { store, events } = deps;
  const driver = createDriver(deps);
  return {
    start(run, subscriber) {
      if (subscriber !== undefined) events.subscribe(run.id, subscriber);
      events.publish(run.id, [{ name: 'thread.run.created', data: run }, runEvent(run)]);
      driver.begin(run.id);
    },
    submit(runId, outputs, subscriber) {
      const accepted = acceptOutputs(store, runId, outputs);
      if (subscriber !== undefined) events.subscribe(runId, subscriber);
      events.publish(runId, accepted.events);
      driver.wake(runId);
      return accepted.run;
    },
    cancel(runId) {
      const run = requestCancel(store, runId);
      events.publish(runId, [runEvent(run)]);
      driver.wake(runId);
      return run;
    },
    forget: driver.wake,
    resume() {
      failCrashedRun(deps);
      for (const runId of store.liveRunIds()) driver.begin(runId);
    },
    close: driver.close,
  };
}

/** Ends a run over which the process died again and again. Otherwise, it would die again now. */
function failCrashedRun({ store, models, log }: DriverDeps): void {
  const crashed = store.takeCrashedRun();
  if (crashed === undefined) return;
  const { id, crashes } = crashed;
  const message = `the local API stopped or hung while it worked on run ${id}: ${crashes} of ${MAX_CRASHES} times`;
  log({ level: 'warn', message });
  const run = store.runs.find(id);
  if (crashes < MAX_CRASHES || run === undefined || !isLive(run)) return;
  const error = `The local API stopped or hung ${crashes} times while it worked on this run.`;
  const { tokens } = models.of(run.model);
  endRun(store, tokens, id, { status: 'failed', error: { code: 'server_error', message: error } });
}
