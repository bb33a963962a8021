import type { NewId } from '../ids.ts';
import {
  type MessageEnding,
  type Model,
  type ModelCall,
  type ModelResponse,
  PromptTooLongError,
} from '../models/model.ts';
import { respondInTime } from '../models/respond-in-time.ts';
import type { RunObject, StepObject, Usage } from '../objects.ts';
import type { Pace } from '../pace.ts';
import type { Store } from '../store/store.ts';
import { citablePassages, citationsOfPieces, wholeMarkers } from './citations.ts';
import { abandonMessage, beginMessage, completeMessage, completeRun, writePiece } from './message-writing.ts';
import { type ComposedPrompt, composePrompt } from './prompt.ts';
import type { RunEvent } from './run-events.ts';
import { endRun, type RunEnding } from './run-states.ts';
import { runSearches, type SearchDeps } from './searching.ts';
import { beginCalls, continueCalls } from './tool-calling.ts';
import { sumUsage, usageOf } from './usage.ts';

export interface TurnDeps extends SearchDeps {
  readonly model: Model;
  readonly newId: NewId;
  readonly pace: Pace;
  readonly publish: (runId: string, events: readonly RunEvent[]) => void;
  /** Ends the streams of a run whose message is written afresh. */
  readonly cut: (runId: string) => void;
}

/**
 * One turn of the model in a run that is in_progress: a message, which completes the run, or a round of calls, after
 * which it requires action. A turn that a crash interrupted continues in its open step. Returns early once `signal`
 * aborts; every published event is on disk by then. Throws what the model throws.
 */
export async function takeTurn(deps: TurnDeps, run: RunObject, signal: AbortSignal): Promise<void> {
  const { store, pace, publish } = deps;
  const steps = [...store.steps.each(run.id, 'asc')];
  const open = steps.find(({ status }) => status === 'in_progress');
  const details = open?.step_details;
  if (open !== undefined && details?.type === 'tool_calls' && details.tool_calls.length > 0) {
    await runSearches(deps, run, details.tool_calls, signal);
    if (!signal.aborted) publish(run.id, continueCalls(store, run.id, open, details.tool_calls));
    return;
  }
  const asked = await askModel(deps, run, steps, open, signal);
  await pace.turn();
  if (signal.aborted) return;
  const turn: Turn = { ...deps, run, open, tokens: asked.tokens, signal };
  if ('reason' in asked) return endIncomplete(turn, asked.reason, undefined);
  const { response } = asked;
  if (response.kind === 'message') return writeMessage(turn, response);
  if (response.kind === 'nothing') return endIncomplete(turn, 'max_completion_tokens', response.usage);
  callFunctions(turn, response.calls, response.usage);
}

interface Turn extends TurnDeps {
  readonly run: RunObject;
  readonly open: StepObject | undefined;
  /** Of the prompt, as they are estimated. */
  readonly tokens: number;
  readonly signal: AbortSignal;
}

type Reason = Extract<RunEnding, { status: 'incomplete' }>['reason'];
type Asked = { readonly tokens: number } & (
  | { readonly response: ModelResponse }
  /** The run has no tokens left. */
  | { readonly reason: Reason }
);

/** How much of a prompt that was too long is asked once more. */
const SHORTER = 0.6;

async function askModel(
  deps: TurnDeps,
  run: RunObject,
  steps: readonly StepObject[],
  open: StepObject | undefined,
  signal: AbortSignal,
): Promise<Asked> {
  const { store, model } = deps;
  const used = sumUsage(steps.filter((step) => step !== open));
  const maxTokens = leftOf(run.max_completion_tokens, used.completion_tokens);
  if (maxTokens !== undefined && maxTokens <= 0) return { tokens: 0, reason: 'max_completion_tokens' };
  const left = leftOf(run.max_prompt_tokens, used.prompt_tokens) ?? Number.POSITIVE_INFINITY;
  const room = Math.min(left, model.tokens.maxPrompt(maxTokens));
  const written = model.canContinue ? writtenIn(store, open) : '';
  const compose = (max: number) => composePrompt(deps, run, steps, { tokens: model.tokens, maxTokens: max });
  const ask = ({ prompt }: { prompt: ComposedPrompt }) => {
    signal.throwIfAborted();
    return store.workOn(run.id, () => respondInTime(model, { ...prompt, maxTokens, written }, signal));
  };
  const composed = await compose(room);
  if (composed.tokens > left) return { tokens: 0, reason: 'max_prompt_tokens' };
  try {
    return { tokens: composed.tokens, response: await ask(composed) };
  } catch (error) {
    if (!(error instanceof PromptTooLongError) || signal.aborted) throw error;
    const shorter = await compose(composed.tokens * SHORTER);
    if (shorter.tokens >= composed.tokens) throw error;
    return { tokens: shorter.tokens, response: await ask(shorter) };
  }
}

function leftOf(max: number | null, used: number): number | undefined {
  return max === null ? undefined : max - used;
}

function writtenIn(store: Store, open: StepObject | undefined): string {
  const details = open?.step_details;
  return details?.type === 'message_creation' ? store.pieces.text(details.message_creation.message_id) : '';
}

function endIncomplete(turn: Turn, reason: Reason, usage: Usage | undefined): void {
  const { store, model, run, publish } = turn;
  publish(run.id, endRun(store, model.tokens, run.id, { status: 'incomplete', reason, usage }));
}

async function writeMessage(
  turn: Turn,
  response: Extract<ModelResponse, { kind: 'message' }>,
): Promise<void> {
  const { store, model, run, signal, pace, publish } = turn;
  const { step, messageId, isAfresh } = openMessage(turn);
  const before = isAfresh ? '' : store.pieces.text(messageId);
  const citations = citationsOfPieces(citablePassages(store, run.id), before);
  let isFirst = true;
  for await (const piece of wholeMarkers(response.pieces)) {
    if (signal.aborted) return;
    publish(run.id, await writePiece(store, messageId, piece, isAfresh && isFirst, citations(piece)));
    isFirst = false;
  }
  await pace.turn();
  if (signal.aborted) return;
  // Nothing was written in its place.
  if (isAfresh && isFirst) store.pieces.clear(messageId);
  const ending = response.ending();
  if (ending.isCut) return endIncomplete(turn, 'max_completion_tokens', ending.usage);
  const written = store.pieces.text(messageId);
  const usage =
    ending.usage ?? usageOf(turn.tokens, model.tokens.count(written) + countCalls(turn, ending.calls));
  publish(run.id, finishMessage(turn, step, messageId, { ...ending, usage }));
}

/** Completes the message, and with it either the run, or the text before a round of calls, which is in the same usage. */
function finishMessage(
  { store, newId, run }: Turn,
  step: StepObject,
  messageId: string,
  { calls, usage }: MessageEnding & { readonly usage: Usage },
): RunEvent[] {
  return store.transaction(() => {
    const events = completeMessage(store, step, messageId, usage);
    if (calls.length === 0) return [...events, ...completeRun(store, run.id)];
    return [...events, ...beginCalls(store, newId, run, calls, usageOf(0, 0))];
  });
}

function openMessage(turn: Turn): { step: StepObject; messageId: string; isAfresh: boolean } {
  const { open, store, model, newId, run, tokens, publish, cut } = turn;
  if (open?.step_details.type === 'message_creation') {
    const isAfresh = !model.canContinue;
    // What they have sent is not the beginning of what follows. Clients read the message instead.
    if (isAfresh) cut(run.id);
    return { step: open, messageId: open.step_details.message_creation.message_id, isAfresh };
  }
  if (open !== undefined) throw new Error(`The model resumed step ${open.id} with another kind of response.`);
  const { step, messageId, events } = beginMessage(store, newId, run, tokens);
  publish(run.id, events);
  return { step, messageId, isAfresh: false };
}

function callFunctions(turn: Turn, calls: readonly ModelCall[], counted: Usage | undefined): void {
  const { open, store, newId, run, publish } = turn;
  const usage = counted ?? usageOf(turn.tokens, countCalls(turn, calls));
  const events = store.transaction(() => {
    const abandoned =
      open?.step_details.type === 'message_creation'
        ? abandonMessage(store, open, open.step_details.message_creation.message_id)
        : [];
    return [...abandoned, ...beginCalls(store, newId, run, calls, usage)];
  });
  publish(run.id, events);
}

function countCalls({ model }: Turn, calls: readonly ModelCall[]): number {
  return calls.length === 0
    ? 0
    : model.tokens.count(calls.map((call) => `${call.name} ${call.arguments}`).join(' '));
}
