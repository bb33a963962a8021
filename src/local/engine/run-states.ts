import { countWords } from '../models/words.ts';
import type { EndedStatus, LastError, MessageIncompleteReason, RunObject, StepObject } from '../objects.ts';
import { LIVE_STATUSES } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { textContent } from './message-text.ts';
import type { RunEvent } from './run-events.ts';
import { sumUsage, usageOf } from './usage.ts';

/** How a run can end, other than with its last word. */
export type Ending =
  | { readonly status: 'cancelled' | 'expired' }
  | { readonly status: 'failed'; readonly error: LastError }
  | { readonly status: 'incomplete'; readonly reason: 'max_completion_tokens' | 'max_prompt_tokens' };

/** What becomes of the step and the message that a run was at when it ended. */
const LEFT_OPEN: Record<Ending['status'], { step: StepObject['status']; message: MessageIncompleteReason }> =
  {
    cancelled: { step: 'cancelled', message: 'run_cancelled' },
    expired: { step: 'expired', message: 'run_expired' },
    failed: { step: 'failed', message: 'run_failed' },
    incomplete: { step: 'completed', message: 'max_tokens' },
  };

/** Whether a run still holds its thread. */
export function isLive(run: RunObject): boolean {
  return LIVE_STATUSES.some((status) => status === run.status);
}

/** The event that tells of the status a run has come to. */
export function runEvent(run: RunObject): RunEvent {
  return { name: `thread.run.${run.status}`, data: run };
}

/** The step that a run is at, if it is at one. */
export function openStep(store: Store, runId: string): StepObject | undefined {
  const [newest] = store.steps.page(runId, { limit: 1, order: 'desc' }).items;
  return newest?.status === 'in_progress' ? newest : undefined;
}

/** The run as it is on disk now, which a request may have changed since the engine read it. Throws where it is gone. */
export function currentRun(store: Store, runId: string): RunObject {
  const run = store.runs.find(runId);
  if (run === undefined) throw new Error(`Run ${runId} is gone.`);
  return run;
}

/** From queued to in_progress. Durable when this returns, like every change below. */
export function beginRun(store: Store, runId: string): RunEvent[] {
  const run = currentRun(store, runId);
  const begun: RunObject = { ...run, status: 'in_progress', started_at: run.started_at ?? store.seconds() };
  store.runs.replace(begun);
  return [runEvent(begun)];
}

/** From any live status to cancelling; what is under way is ended by the engine, a moment later. */
export function requestCancel(store: Store, runId: string): RunObject {
  const cancelling: RunObject = { ...currentRun(store, runId), status: 'cancelling', required_action: null };
  store.runs.replace(cancelling);
  return cancelling;
}

/** The run as it is once it has ended, with nothing to be done about it any more. */
export function endedRun(store: Store, runId: string, status: EndedStatus): RunObject {
  const usage = sumUsage(store.steps.each(runId, 'asc'));
  return { ...currentRun(store, runId), status, required_action: null, expires_at: null, usage };
}

/** Ends a run early, together with the step and the message it was at. */
export function endRun(store: Store, runId: string, ending: Ending): RunEvent[] {
  return store.transaction(() => {
    const at = store.seconds();
    const step = openStep(store, runId);
    const events = step === undefined ? [] : endStep(store, step, ending, at);
    const ended = endedRun(store, runId, ending.status);
    if (ending.status === 'cancelled') ended.cancelled_at = at;
    if (ending.status === 'failed') {
      ended.failed_at = at;
      ended.last_error = ending.error;
    }
    if (ending.status === 'incomplete') ended.incomplete_details = { reason: ending.reason };
    store.runs.replace(ended);
    return [...events, runEvent(ended)];
  });
}

function endStep(store: Store, step: StepObject, ending: Ending, at: number): RunEvent[] {
  const { step: status, message: reason } = LEFT_OPEN[ending.status];
  const ended: StepObject = { ...step, status, [`${status}_at`]: at };
  if (ending.status === 'failed') ended.last_error = ending.error;
  const events: RunEvent[] = [];
  if (step.step_details.type === 'message_creation') {
    const text = store.pieces.text(step.step_details.message_creation.message_id);
    ended.usage = usageOf(step.usage?.prompt_tokens ?? 0, countWords(text));
    events.push(...closeMessage(store, step.step_details.message_creation.message_id, reason, at));
  }
  store.steps.replace(ended);
  return [...events, { name: `thread.run.step.${status}`, data: ended }];
}

/** Gives a message the text that was written of it, as its whole or, with a reason, as what there will ever be of it. */
export function closeMessage(
  store: Store,
  messageId: string,
  reason: MessageIncompleteReason | undefined,
  at: number,
): RunEvent[] {
  const message = store.messages.find(messageId);
  if (message === undefined) return [];
  const written = { ...message, content: textContent(store.pieces.text(messageId)) };
  const closed =
    reason === undefined
      ? { ...written, status: 'completed' as const, completed_at: at }
      : { ...written, status: 'incomplete' as const, incomplete_at: at, incomplete_details: { reason } };
  store.messages.replace(closed);
  store.pieces.clear(messageId);
  return [{ name: `thread.message.${closed.status}`, data: closed }];
}
