import type { Clock } from '../../clock.ts';
import { type Answer, type FunctionDefinition, type Model, ModelError, type Prompt } from '../model.ts';
import { firstWords, splitWords } from '../words.ts';
import { makeArguments } from './arguments.ts';

export interface OfflineOptions {
  readonly clock: Clock;
  /** Milliseconds between two words. */
  readonly tokenMs: number;
}

/** A run with this model fails in the middle of its message, for whoever wants to see what a failed run looks like. */
const FAILING_MODEL = 'offline-fails';
const WORDS_BEFORE_FAILING = 3;

/** How much of the user's words and of the instructions the answer repeats, in words. */
const QUOTED_WORDS = 1_000;

/**
 * The model that needs no network. It is deterministic: the same prompt gets the same answer, word for word, so that
 * an answer broken off by a crash goes on where it stopped. It calls the functions that the user's message names, and
 * else repeats what it was told.
 */
export function createOfflineModel({ clock, tokenMs }: OfflineOptions): Model {
  async function* stream(prompt: Prompt, signal: AbortSignal) {
    const rest = reply(prompt).slice(prompt.written.length);
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
    async answer(prompt, signal): Promise<Answer> {
      const called = functionsToCall(prompt);
      if (called.length === 0) return { kind: 'message', pieces: stream(prompt, signal) };
      await clock.sleep(tokenMs, signal);
      const calls = called.map(({ name, parameters }) => ({
        name,
        arguments: makeArguments(parameters ?? {}),
      }));
      return { kind: 'calls', calls };
    },
  };
}

/**
 * What a message names is called at once, in parallel; the word "then" begins a new round. A function that tool_choice
 * forces is called in the first round, and nothing after it.
 */
function functionsToCall({ functions, toolChoice, messages, rounds }: Prompt): FunctionDefinition[] {
  if (toolChoice === 'none') return [];
  const forced =
    typeof toolChoice === 'object' && toolChoice.type === 'function' ? toolChoice.function.name : undefined;
  if (forced !== undefined) return rounds.length === 0 ? functions.filter(({ name }) => name === forced) : [];
  const planned = lastWordsOfUser(messages)
    .split(/\bthen\b/i)
    .map((part) => functions.filter(({ name }) => names(part, name)))
    .filter((round) => round.length > 0);
  return planned[rounds.length] ?? [];
}

function names(text: string, functionName: string): boolean {
  // A function's name has letters, digits, _ and - only, none of which means anything in a regular expression here.
  return new RegExp(`(?<![\\w-])${functionName}(?![\\w-])`).test(text);
}

function lastWordsOfUser(messages: Prompt['messages']): string {
  return messages.findLast(({ role }) => role === 'user')?.text ?? '';
}

function reply({ instructions, messages, rounds, json }: Prompt): string {
  const said = firstWords(lastWordsOfUser(messages).trim(), QUOTED_WORDS);
  const sentences = [
    'I am the offline model of the local API.',
    said === '' ? 'You have said nothing yet.' : `You said: ${said}`,
    ...rounds.flat().map((call) => `The function ${call.name} answered: ${(call.output ?? '').trim()}`),
    ...(instructions.trim() === ''
      ? []
      : [`My instructions are: ${firstWords(instructions.trim(), QUOTED_WORDS)}`]),
  ];
  const text = sentences.join('\n\n');
  return json ? JSON.stringify({ model: 'offline', answer: text }) : text;
}
