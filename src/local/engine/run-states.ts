import type { TokenCounter } from '../models/model.ts';
import type {
  EndedStatus,
  LastError,
  MessageIncompleteReason,
  RunObject,
  StepObject,
  Usage,
} from '../objects.ts';
import { LIVE_STATUSES } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { citationsIn } from './citations.ts';
import { textContent } from './message-text.ts';
import type { RunEvent } from './run-events.ts';
import { sumUsage, usageOf } from './usage.ts';

/** How a run can end other than completed. */
export type RunEnding =
  | { readonly status: 'cancelled' | 'expired' }
  | { readonly status: 'failed'; readonly error: LastError }
  | {
      readonly status: 'incomplete';
      readonly reason: 'max_completion_tokens' | 'max_prompt_tokens';
      /** Of the open step, if the model has counted it. */
      readonly usage?: Usage | undefined;
    };

/** The status of the open step, and why the open message is incomplete, for each way a run can end. */
const OPEN_PARTS: Record<
  RunEnding['status'],
  { step: StepObject['status']; message: MessageIncompleteReason }
> = {
  cancelled: { step: 'cancelled', message: 'run_cancelled' },
  expired: { step: 'expired', message: 'run_expired' },
  failed: { step: 'failed', message: 'run_failed' },
  incomplete: { step: 'completed', message: 'max_tokens' },
};

/** Whether a run has not ended, and so locks its thread. */
export function isLive(run: RunObject): boolean {
  return LIVE_STATUSES.some((status) => status === run.status);
}

/** The event for a run's current status. */
export function runEvent(run: RunObject): RunEvent {
  return { name: `thread.run.${run.status}`, data: run };
}

/** The step of a run that is in progress, if any. */
export function openStep(store: Store, runId: string): StepObject | undefined {
  const [newest] = store.steps.page(runId, { limit: 1, order: 'desc' }).items;
  return newest?.status === 'in_progress' ? newest : undefined;
}

/** The run as it is on disk now: a request may have changed it since the engine read it. Throws if it was deleted. */
export function currentRun(store: Store, runId: string): RunObject {
  const run = store.runs.find(runId);
  if (run === undefined) throw new Error(`Run ${runId} has been deleted.`);
  return run;
}

/** Moves a run from queued to in_progress. On disk when this returns, like every change below. */
export function beginRun(store: Store, runId: string): RunEvent[] {
  const run = currentRun(store, runId);
  const begun: RunObject = { ...run, status: 'in_progress', started_at: run.started_at ?? store.seconds() };
  store.runs.replace(begun);
  return [runEvent(begun)];
}

/** Moves a live run to cancelling. The engine ends its open step and message a moment later. */
export function requestCancel(store: Store, runId: string): RunObject {
  const cancelling: RunObject = { ...currentRun(store, runId), status: 'cancelling', required_action: null };
  store.runs.replace(cancelling);
  return cancelling;
}

/** The run with a final status, and without the fields that only a live run has. Not written to disk. */
export function endedRun(store: Store, runId: string, status: EndedStatus): RunObject {
  const usage = sumUsage(store.steps.each(runId, 'asc'));
  return { ...currentRun(store, runId), status, required_action: null, expires_at: null, usage };
}

/** Ends a run early, together with its open step and message. What the model has not counted is counted with `tokens`. */
export function endRun(store: Store, tokens: TokenCounter, runId: string, ending: RunEnding): RunEvent[] {
  return store.transaction(() => {
    const at = store.seconds();
    const step = openStep(store, runId);
    const events = step === undefined ? [] : endStep(store, tokens, step, ending, at);
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

function endStep(
  store: Store,
  tokens: TokenCounter,
  step: StepObject,
  ending: RunEnding,
  at: number,
): RunEvent[] {
  const { step: status, message: reason } = OPEN_PARTS[ending.status];
  const ended: StepObject = { ...step, status, [`${status}_at`]: at };
  if (ending.status === 'failed') ended.last_error = ending.error;
  const events: RunEvent[] = [];
  if (step.step_details.type === 'message_creation') {
    const text = store.pieces.text(step.step_details.message_creation.message_id);
    const counted = ending.status === 'incomplete' ? ending.usage : undefined;
    ended.usage = counted ?? usageOf(step.usage?.prompt_tokens ?? 0, tokens.count(text));
    events.push(...closeMessage(store, step.step_details.message_creation.message_id, reason, at));
  }
  store.steps.replace(ended);
  return [...events, { name: `thread.run.step.${status}`, data: ended }];
}

/** Moves the text written so far into the message and closes it: completed, or incomplete for a `reason`. */
export function closeMessage(
  store: Store,
  messageId: string,
  reason: MessageIncompleteReason | undefined,
  at: number,
): RunEvent[] {
  const message = store.messages.find(messageId);
  if (message === undefined) return [];
  const text = store.pieces.text(messageId);
  const written = { ...message, content: textContent(text, citationsIn(store, message, text)) };
  const closed =
    reason === undefined
      ? { ...written, status: 'completed' as const, completed_at: at }
      : { ...written, status: 'incomplete' as const, incomplete_at: at, incomplete_details: { reason } };
  store.messages.replace(closed);
  store.pieces.clear(messageId);
  return [{ name: `thread.message.${closed.status}`, data: closed }];
}
