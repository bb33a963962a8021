import type { Prompt, Round } from '../model.ts';

/** What servers disagree on. It is learned from their errors. */
export interface Dialect {
  readonly hasUsageOption: boolean;
  readonly limitName: 'max_tokens' | 'max_completion_tokens';
}

export const USUAL_DIALECT: Dialect = { hasUsageOption: true, limitName: 'max_tokens' };

interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string | null;
}

/** The body of a request for one turn. */
export function requestBody(prompt: Prompt, model: string, dialect: Dialect): object {
  const { functions, rounds, toolChoice, maxTokens } = prompt;
  // Some servers ignore `none`, and some refuse calls in the messages without any tools.
  const hasTools = functions.length > 0 && (toolChoice !== 'none' || rounds.length > 0);
  return {
    model,
    messages: chatMessages(prompt),
    stream: true,
    ...(dialect.hasUsageOption && { stream_options: { include_usage: true } }),
    temperature: prompt.temperature,
    top_p: prompt.topP,
    ...(maxTokens !== undefined && { [dialect.limitName]: maxTokens }),
    ...(prompt.json && { response_format: { type: 'json_object' } }),
    ...(hasTools && { tools: functions.map((each) => ({ type: 'function', function: each })) }),
    ...(hasTools && toolChoiceOf(prompt)),
  };
}

/** `auto` is the default, which some servers accept only if it is left out. */
function toolChoiceOf({ toolChoice, rounds }: Prompt): object {
  if (toolChoice === 'none') return { tool_choice: 'none' };
  // A function that is forced in each round would be called forever.
  const isForced = typeof toolChoice === 'object' && toolChoice.type === 'function' && rounds.length === 0;
  return isForced ? { tool_choice: toolChoice } : {};
}

function chatMessages({ instructions, messages, rounds }: Prompt): ChatMessage[] {
  const said = messages.map(({ role, text }) => ({ role, content: text }));
  return [
    ...mergeNeighbors([{ role: 'system' as const, content: instructions }, ...said]),
    ...rounds.flatMap(roundMessages),
  ];
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
