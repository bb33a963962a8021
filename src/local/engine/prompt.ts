import type { Prompt, Round, TokenCounter } from '../models/model.ts';
import type { MessageObject, RunObject, StepObject } from '../objects.ts';
import type { Store } from '../store/store.ts';
import { textOf } from './message-text.ts';

const MAX_CONTEXT_MESSAGES = 100;
/** Nor does the model get more than this, whatever limits the run sets: a token can be long, and a run can ask for all messages. */
const MAX_CONTEXT_CHARACTERS = 1_000_000;
const MAX_LAST_MESSAGES = 1_000;

/** What the model gets of a run itself. */
export type ComposedPrompt = Omit<Prompt, 'maxTokens' | 'written'>;

export interface PromptLimits {
  readonly tokens: TokenCounter;
  readonly maxTokens: number;
}

/**
 * The prompt for the model's next turn, and its tokens as `limits.tokens` counts them. It has at most `maxTokens`, unless
 * the fixed parts and the newest message have more. It depends only on the thread and the run's own steps, so it is the
 * same after a crash.
 */
export function composePrompt(
  store: Store,
  run: RunObject,
  steps: readonly StepObject[],
  limits: PromptLimits,
): { prompt: ComposedPrompt; tokens: number } {
  const { tokens: counter, maxTokens } = limits;
  const rounds = roundsOf(store, steps);
  const functions = run.tools.flatMap((tool) => (tool.type === 'function' ? [tool.function] : []));
  const fixed =
    countFrame(counter, run.instructions) + counter.countFunctions(functions) + countRounds(counter, rounds);
  const messages = selectMessages(store, run, { tokens: counter, maxTokens: maxTokens - fixed });
  const prompt = {
    model: run.model,
    instructions: run.instructions,
    messages: messages.map(({ role, text }) => ({ role, text })),
    functions,
    toolChoice: run.tool_choice,
    json: typeof run.response_format === 'object' && run.response_format.type === 'json_object',
    temperature: run.temperature,
    topP: run.top_p,
    deadline: (run.expires_at ?? 0) * 1000,
    rounds,
  };
  return { prompt, tokens: messages.reduce((sum, { tokens }) => sum + tokens, fixed) };
}

/** The rounds of calls that are completed. A message before a round is what the model wrote together with its calls. */
function roundsOf(store: Store, steps: readonly StepObject[]): Round[] {
  const rounds: Round[] = [];
  let text = '';
  for (const { status, step_details: details } of steps) {
    if (status !== 'completed') continue;
    if (details.type === 'message_creation') {
      const message = store.messages.find(details.message_creation.message_id);
      text = message === undefined ? '' : textOf(message);
    } else if (details.tool_calls.length > 0) {
      rounds.push({ text, calls: details.tool_calls.map((call) => call.function) });
      text = '';
    }
  }
  return rounds;
}

function countRounds(counter: TokenCounter, rounds: readonly Round[]): number {
  const texts = rounds.flatMap(({ text, calls }) => [
    text,
    ...calls.map((call) => `${call.arguments} ${call.output ?? ''}`),
  ]);
  return texts.reduce((sum, text) => sum + countFrame(counter, text), 0);
}

/** The tokens of a text that is a message of its own. An empty one is not sent. */
function countFrame(counter: TokenCounter, text: string): number {
  return text === '' ? 0 : counter.count(text) + counter.perMessage;
}

interface Selected {
  role: MessageObject['role'];
  text: string;
  tokens: number;
}

/**
 * The messages that fit into the limits, oldest first. The newest is always included. If some do not fit, the ones in the
 * middle are left out: the first message of the thread is kept if there is room.
 */
function selectMessages(store: Store, run: RunObject, { tokens, maxTokens }: PromptLimits): Selected[] {
  const { type, last_messages: last } = run.truncation_strategy;
  const maxMessages =
    type === 'last_messages' && last !== null ? Math.min(last, MAX_LAST_MESSAGES) : MAX_CONTEXT_MESSAGES;
  const select = (message: MessageObject): Selected => {
    const text = textOf(message);
    return { role: message.role, text, tokens: countFrame(tokens, text) };
  };
  const selected: Selected[] = [];
  let room = maxTokens;
  let characters = 0;
  let complete = true;
  for (const message of store.messages.each(run.thread_id, 'desc')) {
    if (message.run_id === run.id) continue;
    const next = select(message);
    characters += next.text.length;
    const fits = next.tokens <= room && characters <= MAX_CONTEXT_CHARACTERS;
    complete = selected.length < maxMessages && (selected.length === 0 || fits);
    if (!complete) break;
    selected.push(next);
    room -= next.tokens;
  }
  if (!complete && type === 'auto') {
    for (const message of store.messages.page(run.thread_id, { limit: 1, order: 'asc' }).items) {
      const first = select(message);
      if (first.tokens <= room) selected.push(first);
    }
  }
  return selected.reverse();
}
