import type { Prompt } from '../models/model.ts';
import { countWords } from '../models/words.ts';
import type { MessageObject, RunObject, StepObject } from '../objects.ts';
import type { Store } from '../store/store.ts';
import { textOf } from './message-text.ts';

/** How much of a thread the model is shown at most where the run sets no bound: a long thread costs no more than this. */
const CONTEXT_WORDS = 8_000;
const CONTEXT_MESSAGES = 100;

export interface ComposedPrompt {
  readonly prompt: Prompt;
  /** In words: instructions, messages and the outputs of tools. */
  readonly tokens: number;
}

/**
 * What the model is told on its next turn, in `most` words if that can be. It is made of the thread and of the run's own
 * steps alone, so that after a crash it comes out the same.
 */
export function composePrompt(
  store: Store,
  run: RunObject,
  steps: readonly StepObject[],
  most: number | undefined,
): ComposedPrompt {
  const rounds = steps
    .filter(({ status }) => status === 'completed')
    .map(({ step_details: details }) => (details.type === 'tool_calls' ? details.tool_calls : []))
    .map((calls) => calls.map((call) => call.function))
    .filter((calls) => calls.length > 0);
  const outputs = rounds.flat().map((call) => `${call.arguments} ${call.output ?? ''}`);
  const fixed = countWords(run.instructions) + countWords(outputs.join(' '));
  const messages = selectMessages(store, run, (most ?? CONTEXT_WORDS) - fixed);
  const tokens = messages.reduce((sum, { words }) => sum + words, fixed);
  const prompt = {
    model: run.model,
    instructions: run.instructions,
    messages: messages.map(({ role, text }) => ({ role, text })),
    functions: run.tools.flatMap((tool) => (tool.type === 'function' ? [tool.function] : [])),
    toolChoice: run.tool_choice,
    json: typeof run.response_format === 'object' && run.response_format.type === 'json_object',
    rounds,
    written: '',
  };
  return { prompt, tokens };
}

interface Selected {
  role: MessageObject['role'];
  text: string;
  words: number;
}

/**
 * The messages that fit, oldest first. The newest always goes in. Where some must be left out, it is those in the
 * middle: the thread's first one stays if there is room for it.
 */
function selectMessages(store: Store, run: RunObject, budget: number): Selected[] {
  const { type, last_messages: last } = run.truncation_strategy;
  const most = type === 'last_messages' && last !== null ? last : CONTEXT_MESSAGES;
  const selected: Selected[] = [];
  let room = budget;
  let complete = true;
  for (const message of store.messages.each(run.thread_id, 'desc')) {
    if (message.run_id === run.id) continue;
    const next = select(message);
    complete = selected.length < most && (selected.length === 0 || next.words <= room);
    if (!complete) break;
    selected.push(next);
    room -= next.words;
  }
  if (!complete && type === 'auto') {
    const first = store.messages.page(run.thread_id, { limit: 1, order: 'asc' }).items.map(select);
    selected.push(...first.filter(({ words }) => words <= room));
  }
  return selected.reverse();
}

function select(message: MessageObject): Selected {
  const text = textOf(message);
  return { role: message.role, text, words: countWords(text) };
}
