import { notFound } from '../http/api-error.ts';
import type { StepObject } from '../objects.ts';
import { findRun } from './find.ts';
import type { HandlerDeps, HandlersOf } from './handler.ts';
import { json, jsonList, mapPage } from './responses.ts';

/** The operations on the steps of a run. */
export function createStepHandlers({ store }: HandlerDeps) {
  const handlers: HandlersOf<'listRunSteps' | 'getRunStep'> = {
    listRunSteps({ tenant, ids, page }) {
      const run = findRun(store, tenant, ids);
      return jsonList(mapPage(store.steps.page(run.id, page), stepResponse));
    },
    getRunStep({ tenant, ids }) {
      const run = findRun(store, tenant, ids);
      const step = store.steps.get(run.id, ids.step_id);
      if (step === undefined) throw notFound('run step', ids.step_id);
      return json(stepResponse(step));
    },
  };
  return handlers;
}

/** A step's usage is stored from the start, but only returned once it has ended. */
function stepResponse(step: StepObject): StepObject {
  return step.status === 'in_progress' ? { ...step, usage: null } : step;
}
