import type { Prompt, Round } from '../model.ts';
import { type Problem, refuses } from './server-error.ts';

/** Parameters that some servers refuse, even with their default value. The first that a server's error names is left out. */
const OPTIONAL = ['stream_options', 'top_p', 'temperature'] as const;
const LIMIT_NAMES = ['max_tokens', 'max_completion_tokens'] as const;

/** What servers disagree on. It is learned from their errors. */
export interface Dialect {
  /** Left out where they have their default value. */
  readonly omitted: readonly (typeof OPTIONAL)[number][];
  readonly limitName: (typeof LIMIT_NAMES)[number];
  /**
   * Whether a function is forced by its name. Otherwise it is the only one that the model gets, and a call is required: llama.cpp
   * ignores the name, and some servers do not know `required`.
   */
  readonly forcesByName: boolean;
}

export const USUAL_DIALECT: Dialect = { omitted: [], limitName: 'max_tokens', forcesByName: false };

/** How often a request is sent again to find out what the server accepts. */
export const MAX_DIALECTS = OPTIONAL.length + LIMIT_NAMES.length + 1;

/** What to change about requests after this error, if it is about a parameter that servers disagree on. */
export function otherDialect(dialect: Dialect, prompt: Prompt, problem: Problem): Dialect | undefined {
  const isDefault = { stream_options: true, top_p: prompt.topP === 1, temperature: prompt.temperature === 1 };
  const refused = OPTIONAL.find(
    (name) => isDefault[name] && !dialect.omitted.includes(name) && refuses(problem, name),
  );
  if (refused !== undefined) return { ...dialect, omitted: [...dialect.omitted, refused] };
  if (forcedFunction(prompt) !== undefined && !dialect.forcesByName && refuses(problem, 'tool_choice')) {
    return { ...dialect, forcesByName: true };
  }
  // Otherwise it is the value that the server refuses.
  const isUnknown = /unsupported|not supported|unrecognized|unknown|extra|not permitted/i.test(
    problem.message,
  );
  if (!isUnknown || !refuses(problem, dialect.limitName)) return undefined;
  return { ...dialect, limitName: LIMIT_NAMES.find((name) => name !== dialect.limitName) ?? 'max_tokens' };
}

interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string | null;
}

/** The body of a request for one turn. */
export function requestBody(prompt: Prompt, model: string, dialect: Dialect): object {
  const { rounds, toolChoice, maxTokens, temperature, topP } = prompt;
  const forced = forcedFunction(prompt);
  const isAlone = forced !== undefined && !dialect.forcesByName;
  const functions = prompt.functions.filter(({ name }) => !isAlone || name === forced);
  const has = (name: (typeof OPTIONAL)[number]) => !dialect.omitted.includes(name);
  // Some servers ignore `none`, and some refuse calls in the messages without any tools.
  const hasTools = functions.length > 0 && (toolChoice !== 'none' || rounds.length > 0);
  return {
    model,
    messages: chatMessages(prompt),
    stream: true,
    ...(has('stream_options') && { stream_options: { include_usage: true } }),
    ...((has('temperature') || temperature !== 1) && { temperature }),
    ...((has('top_p') || topP !== 1) && { top_p: topP }),
    ...(maxTokens !== undefined && { [dialect.limitName]: maxTokens }),
    ...(prompt.json && { response_format: { type: 'json_object' } }),
    ...(hasTools && { tools: functions.map((each) => ({ type: 'function', function: each })) }),
    ...(hasTools && toolChoiceOf(prompt, dialect)),
  };
}

/** The function that the model must call now. One that is forced in each round would be called forever. */
function forcedFunction({ toolChoice, rounds }: Prompt): string | undefined {
  const isForced = typeof toolChoice === 'object' && toolChoice.type === 'function' && rounds.length === 0;
  return isForced ? toolChoice.function.name : undefined;
}

/** `auto` is the default, which some servers accept only if it is left out. */
function toolChoiceOf(prompt: Prompt, { forcesByName }: Dialect): object {
  const { toolChoice } = prompt;
  if (toolChoice === 'none') return { tool_choice: 'none' };
  if (forcedFunction(prompt) === undefined) return {};
  return { tool_choice: forcesByName ? toolChoice : 'required' };
}

/**
 * What the user says if nobody has asked anything last. Some servers continue an assistant's message that comes last instead of
 * answering it, and some models accept no prompt without a user's message.
 */
const REQUEST: ChatMessage = { role: 'user', content: 'Please respond.' };

function chatMessages({ instructions, messages, rounds }: Prompt): ChatMessage[] {
  const said = messages.map(({ role, text }) => ({ role, content: text }));
  const merged = mergeNeighbors([{ role: 'system' as const, content: instructions }, ...said]);
  const isAsked = merged.at(-1)?.role === 'user';
  return [...merged, ...(isAsked ? [] : [REQUEST]), ...rounds.flatMap(roundMessages)];
}

/** Joins the messages of one role in a row, since some chat templates insist on alternating roles. Drops empty messages. */
function mergeNeighbors(messages: readonly { role: ChatMessage['role']; content: string }[]): ChatMessage[] {
  const merged: { role: ChatMessage['role']; texts: string[] }[] = [];
  for (const { role, content } of messages) {
    const last = merged.at(-1);
    if (content === '') continue;
    if (last?.role === role) last.texts.push(content);
    else merged.push({ role, texts: [content] });
  }
  return merged.map(({ role, texts }) => ({ role, content: texts.join('\n\n') }));
}

function roundMessages({ text, calls }: Round, round: number): object[] & ChatMessage[] {
  const ids = calls.map((_, index) => callId(round, index));
  const asked = calls.map((call, index) => ({
    id: ids[index],
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }));
  return [
    { role: 'assistant', content: text === '' ? null : text, ...{ tool_calls: asked } },
    ...calls.map((call, index) => ({
      role: 'tool' as const,
      content: call.output ?? '',
      ...{ tool_call_id: ids[index] },
    })),
  ];
}

/** Nine letters and digits, since Mistral's models accept no other ids. Unique within the request. */
function callId(round: number, index: number): string {
  return `c${String(round % 10_000).padStart(4, '0')}${String(index).padStart(4, '0')}`;
}
