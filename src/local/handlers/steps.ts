import { shownStep } from '../engine/usage.ts';
import { notFound } from '../http/api-error.ts';
import { findRun } from './find.ts';
import type { HandlerDeps, HandlersOf } from './handler.ts';
import { json, jsonList } from './responses.ts';

/** The steps of runs. */
export function createStepHandlers({ store }: HandlerDeps) {
  const handlers: HandlersOf<'listRunSteps' | 'getRunStep'> = {
    listRunSteps({ tenant, ids, page }) {
      const run = findRun(store, tenant, ids);
      const { items, has_more } = store.steps.page(run.id, page);
      return jsonList({ items: items.map(shownStep), has_more });
    },
    getRunStep({ tenant, ids }) {
      const run = findRun(store, tenant, ids);
      const step = store.steps.get(run.id, ids.step_id);
      if (step === undefined) throw notFound('run step', ids.step_id);
      return json(shownStep(step));
    },
  };
  return handlers;
}
