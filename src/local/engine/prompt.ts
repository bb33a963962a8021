import type { Prompt } from '../models/model.ts';
import { countWords } from '../models/words.ts';
import type { MessageObject, RunObject, StepObject } from '../objects.ts';
import type { Store } from '../store/store.ts';
import { textOf } from './message-text.ts';

/** How much of a thread the model gets if the run sets no limit, so that the cost of a long thread is bounded. */
const MAX_CONTEXT_WORDS = 8_000;
const MAX_CONTEXT_MESSAGES = 100;
/** Nor does it get more than this if the run sets a limit: a word can be long, and a run can ask for all messages. */
const MAX_CONTEXT_CHARACTERS = 1_000_000;
const MAX_LAST_MESSAGES = 1_000;

export interface ComposedPrompt {
  readonly prompt: Prompt;
  /** The words of the instructions, the messages and the tool outputs. */
  readonly tokens: number;
}

/**
 * The prompt for the model's next turn. It has at most `maxWords` words, unless the fixed parts and the newest message
 * have more. It depends only on the thread and the run's own steps, so it is the same after a crash.
 */
export function composePrompt(
  store: Store,
  run: RunObject,
  steps: readonly StepObject[],
  maxWords: number | undefined,
): ComposedPrompt {
  const rounds = steps
    .filter(({ status }) => status === 'completed')
    .map(({ step_details: details }) => (details.type === 'tool_calls' ? details.tool_calls : []))
    .map((calls) => calls.map((call) => call.function))
    .filter((calls) => calls.length > 0);
  const outputs = rounds.flat().map((call) => `${call.arguments} ${call.output ?? ''}`);
  const fixed = countWords(run.instructions) + countWords(outputs.join(' '));
  const messages = selectMessages(store, run, (maxWords ?? MAX_CONTEXT_WORDS) - fixed);
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
 * The messages that fit into `budget` words, oldest first. The newest is always included. If some do not fit, the ones
 * in the middle are left out: the first message of the thread is kept if there is room.
 */
function selectMessages(store: Store, run: RunObject, budget: number): Selected[] {
  const { type, last_messages: last } = run.truncation_strategy;
  const maxMessages =
    type === 'last_messages' && last !== null ? Math.min(last, MAX_LAST_MESSAGES) : MAX_CONTEXT_MESSAGES;
  const selected: Selected[] = [];
  let room = budget;
  let characters = 0;
  let complete = true;
  for (const message of store.messages.each(run.thread_id, 'desc')) {
    if (message.run_id === run.id) continue;
    const next = select(message);
    characters += next.text.length;
    const fits = next.words <= room && characters <= MAX_CONTEXT_CHARACTERS;
    complete = selected.length < maxMessages && (selected.length === 0 || fits);
    if (!complete) break;
    selected.push(next);
    room -= next.words;
  }
  if (!complete && type === 'auto') {
    for (const message of store.messages.page(run.thread_id, { limit: 1, order: 'asc' }).items) {
      const first = select(message);
      if (first.words <= room) selected.push(first);
    }
  }
  return selected.reverse();
}

function select(message: MessageObject): Selected {
  const text = textOf(message);
  return { role: message.role, text, words: countWords(text) };
}
