import type { RunObject } from '../objects.ts';
import { createDriver, type DriverDeps } from './driver.ts';
import type { EventReader } from './run-events.ts';
import { requestCancel, runEvent } from './run-states.ts';
import { acceptOutputs } from './tool-calling.ts';

/** Carries the runs from queued to their end. */
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

/** An engine at rest: `resume` sets it going. */
export function createEngine(deps: DriverDeps): Engine {
  const { store, events } = deps;
  const driver = createDriver(deps);
  return {
    start(run, reader) {
      if (reader !== undefined) events.follow(run.id, reader);
      events.publish(run.id, [{ name: 'thread.run.created', data: run }, runEvent(run)]);
      driver.begin(run.id);
    },
    submit(runId, outputs, reader) {
      const accepted = acceptOutputs(store, runId, outputs);
      if (reader !== undefined) events.follow(runId, reader);
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
