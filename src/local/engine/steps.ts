import type { NewId } from '../ids.ts';
import type { RunObject, StepObject } from '../objects.ts';
import type { RunEvent } from './run-events.ts';
import { usageOf } from './usage.ts';

/** A new step, in progress. */
export function newStep(
  newId: NewId,
  run: RunObject,
  details: StepObject['step_details'],
  promptTokens: number,
  at: number,
): StepObject {
  return {
    id: newId('step_'),
    object: 'thread.run.step',
    created_at: at,
    assistant_id: run.assistant_id,
    thread_id: run.thread_id,
    run_id: run.id,
    type: details.type,
    status: 'in_progress',
    step_details: details,
    last_error: null,
    expired_at: null,
    cancelled_at: null,
    failed_at: null,
    completed_at: null,
    metadata: {},
    usage: usageOf(promptTokens, 0),
  };
}

/** The first two events of every step. */
export function newStepEvents(step: StepObject): RunEvent[] {
  const data = { ...step, usage: null };
  return [
    { name: 'thread.run.step.created', data },
    { name: 'thread.run.step.in_progress', data },
  ];
}
