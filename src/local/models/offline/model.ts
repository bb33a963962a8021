import type { Clock } from '../../clock.ts';
import {
  type FunctionDefinition,
  type Model,
  ModelError,
  type ModelResponse,
  PLAIN_ENDING,
  type Prompt,
} from '../model.ts';
import { countWords, firstWords, splitWords, WORD_COUNTER } from '../words.ts';
import { makeArguments } from './arguments.ts';
import { findingsOf } from './findings.ts';
import { newWork } from './json-schema.ts';

export interface OfflineOptions {
  readonly clock: Clock;
  /** Milliseconds between two words. */
  readonly tokenMs: number;
}

/** With this model name, a run fails in the middle of its message, to show what a failed run looks like. */
export const FAILING_MODEL = 'offline-fails';
const WORDS_BEFORE_FAILING = 3;

/** How many words of the user's message, of the functions' outputs and of the instructions the response repeats. */
const MAX_QUOTED_WORDS = 1_000;
/** A message that asks for more rounds of calls than this gets a response after them. */
const MAX_ROUNDS = 100;

/**
 * A model that needs no network. It calls the functions that the user's message names; otherwise it repeats its prompt.
 * It is deterministic: the same prompt gets the same response, so a response that a crash interrupted can continue.
 */
export function createOfflineModel({ clock, tokenMs }: OfflineOptions): Model {
  async function* stream(prompt: Prompt, words: readonly string[], signal: AbortSignal) {
    const fails = prompt.model === FAILING_MODEL;
    for (const [index, word] of words.entries()) {
      await clock.sleep(tokenMs, signal);
      if (signal.aborted) return;
      if (fails && index === WORDS_BEFORE_FAILING) {
        throw new ModelError('server_error', `The model ${FAILING_MODEL} always fails.`);
      }
      yield word;
    }
  }
  return {
    tokens: WORD_COUNTER,
    canContinue: true,
    async respond(prompt, signal): Promise<ModelResponse> {
      const functions = functionsToCall(prompt);
      if (functions.length === 0) return message(prompt, signal);
      const work = newWork();
      const calls = functions.map(({ name, parameters }) => ({
        name,
        arguments: name === prompt.search ? searchArguments(prompt) : makeArguments(parameters ?? {}, work),
      }));
      await clock.sleep(tokenMs, signal);
      return { kind: 'calls', calls, usage: undefined };
    },
  };

  function message(prompt: Prompt, signal: AbortSignal): ModelResponse {
    const { written, maxTokens = Number.POSITIVE_INFINITY } = prompt;
    const words = splitWords(responseText(prompt).slice(written.length));
    const left = Math.max(0, maxTokens - countWords(written));
    const ending = { ...PLAIN_ENDING, isCut: words.length > left };
    return { kind: 'message', pieces: stream(prompt, words.slice(0, left), signal), ending: () => ending };
  }
}

/**
 * The functions to call in this round: those that the message names, in parallel. The word "then" separates rounds. A
 * function that `tool_choice` forces is called in the first round, and no function after it. The files are searched in the first
 * round.
 */
function functionsToCall({ functions, search, toolChoice, messages, rounds }: Prompt): FunctionDefinition[] {
  if (toolChoice === 'none' || rounds.length >= MAX_ROUNDS) return [];
  const forced =
    typeof toolChoice === 'object' && toolChoice.type === 'function' ? toolChoice.function.name : undefined;
  if (forced !== undefined) return rounds.length === 0 ? functions.filter(({ name }) => name === forced) : [];
  const named = namesInRound(
    lastUserText(messages),
    new Set(functions.map(({ name }) => name)),
    rounds.length,
  );
  return functions.filter(({ name }) => (name === search ? rounds.length === 0 : named.has(name)));
}

/** The names in the part of a text for one round. Parts without a name do not count. */
function namesInRound(text: string, names: ReadonlySet<string>, round: number): ReadonlySet<string> {
  let current = new Set<string>();
  let passed = 0;
  for (const [word] of text.matchAll(NAME)) {
    if (names.has(word)) current.add(word);
    else if (word.toLowerCase() === 'then' && current.size > 0) {
      if (passed === round) break;
      passed += 1;
      current = new Set();
    }
  }
  return passed === round ? current : new Set();
}

/** What can be the name of a function. */
const NAME = /[\w-]+/g;

/** How much of a message is searched for. */
const MAX_QUERY_LENGTH = 1_000;

function searchArguments({ messages }: Prompt): string {
  return JSON.stringify({ query: lastUserText(messages).slice(0, MAX_QUERY_LENGTH) });
}

function lastUserText(messages: Prompt['messages']): string {
  return messages.findLast(({ role }) => role === 'user')?.text ?? '';
}

function responseText(prompt: Prompt): string {
  const { instructions, messages, rounds, json } = prompt;
  const said = firstWords(lastUserText(messages).trim(), MAX_QUOTED_WORDS);
  const sentences = [
    'I am the offline model of the local API.',
    said === '' ? 'You have said nothing yet.' : `You said: ${said}`,
    ...firstWordsOf(answersOf(rounds)),
    ...findingsOf(prompt, said),
    ...(instructions.trim() === ''
      ? []
      : [`My instructions are: ${firstWords(instructions.trim(), MAX_QUOTED_WORDS)}`]),
  ];
  const text = sentences.join('\n\n');
  return json ? JSON.stringify({ model: 'offline', answer: text }) : text;
}

function firstWordsOf(text: string): string[] {
  return text === '' ? [] : [firstWords(text, MAX_QUOTED_WORDS)];
}

function answersOf(rounds: Prompt['rounds']): string {
  return rounds
    .flatMap(({ calls }) => calls)
    .filter(({ passages }) => passages === undefined)
    .map((call) => `The function ${call.name} answered: ${(call.output ?? '').trim()}`)
    .join('\n\n');
}
