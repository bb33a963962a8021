import type { NewId } from '../ids.ts';
import type { MessageObject, RunObject, StepObject, Usage } from '../objects.ts';
import type { Store } from '../store/store.ts';
import type { DeltaCitation } from './citations.ts';
import type { RunEvent } from './run-events.ts';
import { closeMessage, endedRun, runEvent } from './run-states.ts';
import { newStep, newStepEvents } from './steps.ts';
import { usageOf } from './usage.ts';

export interface MessageStep {
  readonly step: StepObject;
  readonly messageId: string;
  readonly events: RunEvent[];
}

/** Creates a message and the step that writes it, both in_progress. */
export function beginMessage(store: Store, newId: NewId, run: RunObject, promptTokens: number): MessageStep {
  return store.transaction(() => {
    const at = store.seconds();
    const message = emptyMessage(newId, run, at);
    const details = { type: 'message_creation' as const, message_creation: { message_id: message.id } };
    const step = newStep(newId, run, details, promptTokens, at);
    store.messages.insert(run.thread_id, message);
    store.steps.insert(run.id, step);
    const events = [
      ...newStepEvents(step),
      { name: 'thread.message.created', data: message },
      { name: 'thread.message.in_progress', data: message },
    ];
    return { step, messageId: message.id, events };
  });
}

/**
 * Appends a piece of text to a message, or replaces the message with it if it is written afresh. Resolves once that is on
 * disk.
 */
export async function writePiece(
  store: Store,
  messageId: string,
  text: string,
  isAfresh: boolean,
  citations: readonly DeltaCitation[],
): Promise<RunEvent[]> {
  if (isAfresh) store.pieces.replace(messageId, text);
  else await store.pieces.append(messageId, text);
  const content = [{ index: 0, type: 'text', text: { value: text, annotations: citations } }];
  const data = { id: messageId, object: 'thread.message.delta', delta: { content } };
  return [{ name: 'thread.message.delta', data }];
}

/** Completes a message whose text is all written, together with its step. */
export function completeMessage(store: Store, step: StepObject, messageId: string, usage: Usage): RunEvent[] {
  return store.transaction(() => {
    const at = store.seconds();
    const events = closeMessage(store, messageId, undefined, at);
    const completed: StepObject = { ...step, status: 'completed', completed_at: at, usage };
    store.steps.replace(completed);
    return [...events, { name: 'thread.run.step.completed', data: completed }];
  });
}

/** Completes a run whose last message is complete. */
export function completeRun(store: Store, runId: string): RunEvent[] {
  const ended = { ...endedRun(store, runId, 'completed'), completed_at: store.seconds() };
  store.runs.replace(ended);
  return [runEvent(ended)];
}

/** Gives up a message that was interrupted: its model, asked again, calls functions instead of writing it afresh. */
export function abandonMessage(store: Store, step: StepObject, messageId: string): RunEvent[] {
  return store.transaction(() => {
    const at = store.seconds();
    const events = closeMessage(store, messageId, 'run_failed', at);
    const last_error = { code: 'server_error' as const, message: 'The message was interrupted.' };
    const failed: StepObject = { ...step, status: 'failed', failed_at: at, last_error, usage: usageOf(0, 0) };
    store.steps.replace(failed);
    return [...events, { name: 'thread.run.step.failed', data: failed }];
  });
}

function emptyMessage(newId: NewId, run: RunObject, at: number): MessageObject {
  return {
    id: newId('msg_'),
    object: 'thread.message',
    created_at: at,
    thread_id: run.thread_id,
    status: 'in_progress',
    incomplete_details: null,
    completed_at: null,
    incomplete_at: null,
    role: 'assistant',
    content: [],
    assistant_id: run.assistant_id,
    run_id: run.id,
    file_ids: [],
    metadata: {},
  };
}
