import type { Clock } from '../../clock.ts';
import {
  type FunctionDefinition,
  type Model,
  ModelError,
  type ModelResponse,
  type Prompt,
} from '../model.ts';
import { firstWords, splitWords } from '../words.ts';
import { generateArguments } from './arguments.ts';

export interface OfflineOptions {
  readonly clock: Clock;
  /** Milliseconds between two words. */
  readonly tokenMs: number;
}

/** With this model name, a run fails in the middle of its message, to show what a failed run looks like. */
const FAILING_MODEL = 'offline-fails';
const WORDS_BEFORE_FAILING = 3;

/** How many words of the user's message and of the instructions the response repeats. */
const MAX_QUOTED_WORDS = 1_000;

/**
 * A model that needs no network. It calls the functions that the user's message names; otherwise it repeats its prompt.
 * It is deterministic: the same prompt gets the same response, so a response that a crash interrupted can continue.
 */
export function createOfflineModel({ clock, tokenMs }: OfflineOptions): Model {
  async function* stream(prompt: Prompt, signal: AbortSignal) {
    const rest = responseText(prompt).slice(prompt.written.length);
    const fails = prompt.model === FAILING_MODEL;
    for (const [index, word] of splitWords(rest).entries()) {
      await clock.sleep(tokenMs, signal);
      if (signal.aborted) return;
      if (fails && index === WORDS_BEFORE_FAILING) {
        throw new ModelError('server_error', `The model ${FAILING_MODEL} always fails.`);
      }
      yield word;
    }
  }
  return {
    async respond(prompt, signal): Promise<ModelResponse> {
      const functions = functionsToCall(prompt);
      if (functions.length === 0) return { kind: 'message', pieces: stream(prompt, signal) };
      await clock.sleep(tokenMs, signal);
      const calls = functions.map(({ name, parameters }) => ({
        name,
        arguments: generateArguments(parameters ?? {}),
      }));
      return { kind: 'calls', calls };
    },
  };
}

/**
 * The functions to call in this round: those that the message names, in parallel. The word "then" separates rounds. A
 * function that `tool_choice` forces is called in the first round, and no function after it.
 */
function functionsToCall({ functions, toolChoice, messages, rounds }: Prompt): FunctionDefinition[] {
  if (toolChoice === 'none') return [];
  const forced =
    typeof toolChoice === 'object' && toolChoice.type === 'function' ? toolChoice.function.name : undefined;
  if (forced !== undefined) return rounds.length === 0 ? functions.filter(({ name }) => name === forced) : [];
  const planned = lastUserText(messages)
    .split(/\bthen\b/i)
    .map((part) => functions.filter(({ name }) => mentions(part, name)))
    .filter((round) => round.length > 0);
  return planned[rounds.length] ?? [];
}

function mentions(text: string, functionName: string): boolean {
  // A function name has only letters, digits, _ and -, so it needs no escaping here.
  return new RegExp(`(?<![\\w-])${functionName}(?![\\w-])`).test(text);
}

function lastUserText(messages: Prompt['messages']): string {
  return messages.findLast(({ role }) => role === 'user')?.text ?? '';
}

function responseText({ instructions, messages, rounds, json }: Prompt): string {
  const said = firstWords(lastUserText(messages).trim(), MAX_QUOTED_WORDS);
  const sentences = [
    'I am the offline model of the local API.',
    said === '' ? 'You have said nothing yet.' : `You said: ${said}`,
    ...rounds.flat().map((call) => `The function ${call.name} answered: ${(call.output ?? '').trim()}`),
    ...(instructions.trim() === ''
      ? []
      : [`My instructions are: ${firstWords(instructions.trim(), MAX_QUOTED_WORDS)}`]),
  ];
  const text = sentences.join('\n\n');
  return json ? JSON.stringify({ model: 'offline', answer: text }) : text;
}
