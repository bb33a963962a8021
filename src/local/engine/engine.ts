import type { RunObject } from '../objects.ts';
import { createDriver, type DriverDeps } from './driver.ts';
import type { RunSubscriber } from './run-events.ts';
import { requestCancel, runEvent } from './run-states.ts';
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
      for (const run of store.liveRuns()) driver.begin(run.id);
    },
    close: driver.close,
  };
}
