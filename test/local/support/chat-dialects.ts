/**
 * How different servers stream the same reply, after their documentation and the reports of their users. What each of them is
 * known for is imitated, not the servers themselves.
 */

/** What the model says. */
export interface Reply {
  readonly text?: readonly string[];
  readonly calls?: readonly { readonly name: string; readonly arguments: string }[];
  readonly finish?: string;
}

export type Dialect = (reply: Reply) => { readonly contentType?: string; readonly text: string };

/** What servers count, where they count. */
export const USAGE = { prompt_tokens: 31, completion_tokens: 17, total_tokens: 48 };

const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
const DONE = 'data: [DONE]\n\n';

const chunk = (delta: object, finish_reason: string | null = null, more: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, logprobs: null, finish_reason }],
  ...more,
});

const finishOf = ({ finish, calls = [] }: Reply) => finish ?? (calls.length > 0 ? 'tool_calls' : 'stop');

/** The arguments in pieces of three characters, which cut escapes and names in the middle. */
const piecesOf = (text: string) => text.match(/.{1,3}/gsu) ?? [];

const join = (chunks: readonly object[]) => chunks.map(event).join('');

export const dialects = {
  /** The role with empty content first, arguments in pieces, `usage: null` until the last chunk, which has no choices. */
  OpenAI: (reply) => ({
    text:
      join(
        [
          chunk({ role: 'assistant', content: reply.calls ? null : '', refusal: null }),
          ...(reply.text ?? []).map((content) => chunk({ content })),
          ...(reply.calls ?? []).flatMap(({ name, arguments: json }, index) => [
            chunk({
              tool_calls: [
                { index, id: `call_${index}`, type: 'function', function: { name, arguments: '' } },
              ],
            }),
            ...piecesOf(json).map((piece) =>
              chunk({ tool_calls: [{ index, function: { arguments: piece } }] }),
            ),
          ]),
          chunk({}, finishOf(reply)),
        ].map((each) => ({ ...each, usage: null })),
      ) +
      event({ id: 'chatcmpl-1', object: 'chat.completion.chunk', choices: [], usage: USAGE }) +
      DONE,
  }),

  /** Reasoning first, the role only in the first chunk, the parts of parallel calls mixed, timings in the last chunk. */
  'llama.cpp': (reply) => ({
    text:
      join([
        chunk({ role: 'assistant', content: null }),
        chunk({ reasoning_content: 'Let me think about it.' }),
        ...(reply.text ?? []).map((content) => chunk({ content })),
        ...(reply.calls ?? []).map(({ name, arguments: json }, index) =>
          chunk({
            tool_calls: [
              { index, id: `${index}`, type: 'function', function: { name, arguments: json.slice(0, 1) } },
            ],
          }),
        ),
        ...(reply.calls ?? []).map(({ arguments: json }, index) =>
          chunk({ tool_calls: [{ index, function: { arguments: json.slice(1) } }] }),
        ),
        chunk({}, finishOf(reply), { usage: USAGE, timings: { predicted_ms: 1.5 } }),
      ]) + DONE,
  }),

  /** The role in each chunk, reasoning, arguments in one piece, all calls with the index 0, and `stop` after calls. */
  Ollama: (reply) => ({
    text:
      join([
        chunk({ role: 'assistant', content: '', reasoning: 'Hm.' }),
        ...(reply.text ?? []).map((content) => chunk({ role: 'assistant', content })),
        ...(reply.calls ?? []).map((call, index) =>
          chunk({
            role: 'assistant',
            content: '',
            tool_calls: [{ id: `call_x${index}`, index: 0, type: 'function', function: call }],
          }),
        ),
        chunk({ role: 'assistant', content: '' }, reply.finish ?? 'stop'),
        { ...chunk({}), choices: [], usage: USAGE },
      ]) + DONE,
  }),

  /** Usage in each chunk, white space before calls, a `stop_reason`, and the arguments in pieces with the id repeated. */
  vLLM: (reply) => ({
    text:
      join([
        chunk({ role: 'assistant', content: '' }, null, {
          usage: { prompt_tokens: 31, completion_tokens: 0, total_tokens: 31 },
        }),
        ...(reply.calls ? [chunk({ content: '\n\n' })] : []),
        ...(reply.text ?? []).map((content) =>
          chunk({ content, reasoning_content: null }, null, { usage: USAGE }),
        ),
        ...(reply.calls ?? []).flatMap(({ name, arguments: json }, index) => [
          chunk({
            tool_calls: [{ index, id: `chatcmpl-tool-${index}`, type: 'function', function: { name } }],
          }),
          ...piecesOf(json).map((piece) =>
            chunk({ tool_calls: [{ index, id: `chatcmpl-tool-${index}`, function: { arguments: piece } }] }),
          ),
        ]),
        chunk({ content: '' }, finishOf(reply), { usage: USAGE, stop_reason: null }),
      ]) + DONE,
  }),

  /** Comments to keep the connection open, no usage, no index, and the name repeated with each part of a call. */
  LiteLLM: (reply) => ({
    text: `: keep-alive\n\n${[
      ...(reply.text ?? []).map((content) => chunk({ content, provider_specific_fields: null })),
      ...(reply.calls ?? []).flatMap(({ name, arguments: json }, index) =>
        piecesOf(json).map((piece) =>
          chunk({
            tool_calls: [{ id: `toolu_${index}`, type: 'function', function: { name, arguments: piece } }],
          }),
        ),
      ),
      chunk({}, finishOf(reply)),
    ]
      .map(event)
      .join(': keep-alive\n\n')}${DONE}`,
  }),

  /** No usage, no ids, no index, arguments as an object, CRLF, no `[DONE]`, and no blank line at the end. */
  'a minimal server': (reply) => ({
    text: join([
      ...(reply.text ?? []).map((content) => ({ choices: [{ delta: { content } }] })),
      ...(reply.calls ?? []).map(({ name, arguments: json }) => ({
        choices: [{ delta: { tool_calls: [{ function: { name, arguments: JSON.parse(json) } }] } }],
      })),
      { choices: [{ delta: {}, finish_reason: finishOf(reply) }] },
    ])
      .replaceAll('\n', '\r\n')
      .trimEnd(),
  }),

  /** One JSON object, whatever the request asks for. */
  'a server that does not stream': (reply) => ({
    contentType: 'application/json; charset=utf-8',
    text: JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: reply.text?.join('') ?? null,
            tool_calls: (reply.calls ?? []).map((call, index) => ({
              id: `c${index}`,
              type: 'function',
              function: call,
            })),
          },
          finish_reason: finishOf(reply),
        },
      ],
      usage: USAGE,
    }),
  }),
} satisfies Record<string, Dialect>;
