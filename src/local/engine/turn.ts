import type { NewId } from '../ids.ts';
import type { Model, ModelResponse } from '../models/model.ts';
import { respondInTime } from '../models/respond-in-time.ts';
import { countWords } from '../models/words.ts';
import type { RunObject, StepObject } from '../objects.ts';
import type { Pace } from '../pace.ts';
import type { Store } from '../store/store.ts';
import { beginMessage, completeMessage, writePiece } from './message-writing.ts';
import { composePrompt } from './prompt.ts';
import type { RunEvent } from './run-events.ts';
import { endRun } from './run-states.ts';
import { beginCalls, requireAction, setCalls } from './tool-calling.ts';
import { sumUsage } from './usage.ts';

export interface TurnDeps {
  readonly store: Store;
  readonly model: Model;
  readonly newId: NewId;
  readonly pace: Pace;
  readonly publish: (runId: string, events: readonly RunEvent[]) => void;
}

/**
 * One turn of the model in a run that is in_progress: a message, which completes the run, or a round of calls, after
 * which it requires action. A turn that a crash interrupted continues in its open step. Returns early once `signal`
 * aborts; every published event is on disk by then. Throws what the model throws.
 */
export async function takeTurn(deps: TurnDeps, run: RunObject, signal: AbortSignal): Promise<void> {
  const { store, model, pace, publish } = deps;
  const steps = [...store.steps.each(run.id, 'asc')];
  const open = steps.find(({ status }) => status === 'in_progress');
  const details = open?.step_details;
  if (details?.type === 'tool_calls' && details.tool_calls.length > 0) {
    return publish(run.id, requireAction(store, run.id, details.tool_calls));
  }
  const used = sumUsage(steps.filter((step) => step !== open));
  const left = run.max_prompt_tokens === null ? undefined : run.max_prompt_tokens - used.prompt_tokens;
  const { prompt, tokens } = composePrompt(store, run, steps, left);
  if (left !== undefined && tokens > left) {
    return publish(run.id, endRun(store, run.id, { status: 'incomplete', reason: 'max_prompt_tokens' }));
  }
  const written =
    details?.type === 'message_creation' ? store.pieces.text(details.message_creation.message_id) : '';
  const response = await store.workOn(run.id, () => respondInTime(model, { ...prompt, written }, signal));
  await pace.turn();
  if (signal.aborted) return;
  const turn: Turn = {
    ...deps,
    run,
    open,
    written,
    tokens,
    signal,
    completionTokens: used.completion_tokens,
  };
  return response.kind === 'calls'
    ? callFunctions(turn, response.calls)
    : writeMessage(turn, response.pieces);
}

interface Turn extends TurnDeps {
  readonly run: RunObject;
  readonly open: StepObject | undefined;
  readonly written: string;
  readonly tokens: number;
  /** Completion tokens of the steps before this one. */
  readonly completionTokens: number;
  readonly signal: AbortSignal;
}

async function writeMessage(turn: Turn, pieces: AsyncIterable<string>): Promise<void> {
  const { store, run, signal, pace, publish } = turn;
  const { step, messageId } = openMessage(turn);
  const maxTokens = run.max_completion_tokens ?? Number.POSITIVE_INFINITY;
  let used = turn.completionTokens + countWords(turn.written);
  for await (const piece of pieces) {
    if (signal.aborted) return;
    if (used >= maxTokens) {
      return publish(
        run.id,
        endRun(store, run.id, { status: 'incomplete', reason: 'max_completion_tokens' }),
      );
    }
    publish(run.id, await writePiece(store, messageId, piece));
    used += countWords(piece);
  }
  await pace.turn();
  if (signal.aborted) return;
  publish(run.id, completeMessage(store, step, messageId));
}

function openMessage({ open, store, newId, run, tokens, publish }: Turn): {
  step: StepObject;
  messageId: string;
} {
  if (open?.step_details.type === 'message_creation') {
    return { step: open, messageId: open.step_details.message_creation.message_id };
  }
  if (open !== undefined) throw new Error(`The model resumed step ${open.id} with another kind of response.`);
  const begun = beginMessage(store, newId, run, tokens);
  publish(run.id, begun.events);
  return begun;
}

function callFunctions(turn: Turn, calls: Extract<ModelResponse, { kind: 'calls' }>['calls']): void {
  const { store, newId, run, publish } = turn;
  const filled = setCalls(store, newId, openCalls(turn), calls);
  publish(run.id, filled.events);
  publish(run.id, requireAction(store, run.id, filled.calls));
}

function openCalls({ open, store, newId, run, tokens, publish }: Turn): StepObject {
  if (open?.type === 'tool_calls') return open;
  if (open !== undefined) throw new Error(`The model resumed step ${open.id} with another kind of response.`);
  const { step, events } = beginCalls(store, newId, run, tokens);
  publish(run.id, events);
  return step;
}
