import { notFound } from '../api-error.ts';
import { shownStep } from '../engine/usage.ts';
import { type HandlerDeps, type HandlersOf, json } from '../handler.ts';
import { listObject } from '../store/collection.ts';
import { findRun } from './find.ts';

/** The steps of runs. */
export function createStepHandlers({ store }: HandlerDeps) {
  const handlers: HandlersOf<'listRunSteps' | 'getRunStep'> = {
    listRunSteps({ tenant, ids, page }) {
      const run = findRun(store, tenant, ids);
      const { items, has_more } = store.steps.page(run.id, page);
      return json(listObject({ items: items.map(shownStep), has_more }));
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
