import type { NewId } from '../ids.ts';
import { countWords } from '../models/words.ts';
import type { MessageObject, RunObject, StepObject } from '../objects.ts';
import type { Store } from '../store/store.ts';
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

/** Appends a piece of text to a message. Resolves once it is on disk. */
export async function writePiece(store: Store, messageId: string, text: string): Promise<RunEvent[]> {
  await store.pieces.append(messageId, text);
  const content = [{ index: 0, type: 'text', text: { value: text, annotations: [] } }];
  const data = { id: messageId, object: 'thread.message.delta', delta: { content } };
  return [{ name: 'thread.message.delta', data }];
}

/** Completes a message whose text is all written, together with its step and its run. */
export function completeMessage(store: Store, step: StepObject, messageId: string): RunEvent[] {
  return store.transaction(() => {
    const at = store.seconds();
    const words = countWords(store.pieces.text(messageId));
    const usage = usageOf(step.usage?.prompt_tokens ?? 0, words);
    const events = closeMessage(store, messageId, undefined, at);
    const completed: StepObject = { ...step, status: 'completed', completed_at: at, usage };
    store.steps.replace(completed);
    const ended = { ...endedRun(store, step.run_id, 'completed'), completed_at: at };
    store.runs.replace(ended);
    return [...events, { name: 'thread.run.step.completed', data: completed }, runEvent(ended)];
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
