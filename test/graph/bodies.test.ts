import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';

let graph: Graph;
beforeAll(async () => {
  // With streaming, `stream: true` would be added to the bodies of runs.
  graph = await startGraph({ UPSTREAM_STREAMING: 'off' });
  graph.upstream.intercept = (_, response) => Boolean(response.writeHead(403).end());
});
afterAll(() => graph.close());

/** The request body that a mutation sends. The input is GraphQL text, so that omitted fields stay omitted. */
async function bodyOf(field: string, input: string): Promise<unknown> {
  graph.upstream.calls.length = 0;
  await graph.send(`mutation { ${field}${input && `(input: ${input})`} { __typename } }`);
  const [call] = graph.upstream.calls;
  return call && JSON.parse(call.body || 'null');
}

const thread = 'threadId: "thread_1"';
const run = `${thread}, assistantId: "asst_1"`;

describe('creating', () => {
  test.each([
    ['createThread', '', {}],
    ['createThread', '{}', {}],
    ['createThread', '{ messages: [], metadata: {} }', { messages: [], metadata: {} }],
    ['createThread', '{ messages: null, metadata: null }', { metadata: null }],
    ['createMessage', `{ ${thread}, content: "A" }`, { role: 'user', content: 'A' }],
    ['createMessage', `{ ${thread}, content: "A", role: null }`, { role: 'user', content: 'A' }],
    ['createMessage', `{ ${thread}, content: "A", role: ASSISTANT }`, { role: 'assistant', content: 'A' }],
    // The REST API rejects an empty list.
    ['createMessage', `{ ${thread}, content: "A", fileIds: [] }`, { role: 'user', content: 'A' }],
    [
      'createMessage',
      `{ ${thread}, content: "A", fileIds: ["f"] }`,
      { role: 'user', content: 'A', file_ids: ['f'] },
    ],
    ['createAssistant', '{ model: "m" }', { model: 'm' }],
    ['createAssistant', '{ model: "m", tools: [], fileIds: [] }', { model: 'm', tools: [], file_ids: [] }],
    ['createAssistant', '{ model: "m", tools: null, fileIds: null, name: null }', { model: 'm', name: null }],
    [
      'createAssistant',
      '{ model: "m", tools: [{ builtIn: RETRIEVAL }, { function: { name: "f", parameters: { type: "object" } } }] }',
      {
        model: 'm',
        tools: [
          { type: 'retrieval' },
          { type: 'function', function: { name: 'f', parameters: { type: 'object' } } },
        ],
      },
    ],
    [
      'createAssistant',
      '{ model: "m", responseFormat: { mode: JSON_OBJECT } }',
      { model: 'm', response_format: { type: 'json_object' } },
    ],
    [
      'createAssistant',
      '{ model: "m", responseFormat: { mode: AUTO } }',
      { model: 'm', response_format: 'auto' },
    ],
    ['createAssistantFile', '{ assistantId: "a", fileId: "f" }', { file_id: 'f' }],
  ])('%s(%s)', async (field, input, body) => {
    expect(await bodyOf(field, input)).toEqual(body);
  });
});

describe('running', () => {
  test.each([
    ['', {}],
    // Null means the assistant's tools, an empty list none.
    ['tools: null', { tools: null }],
    ['tools: []', { tools: [] }],
    ['toolChoice: { mode: NONE }', { tool_choice: 'none' }],
    ['toolChoice: { builtIn: CODE_INTERPRETER }', { tool_choice: { type: 'code_interpreter' } }],
    ['toolChoice: { functionName: "f" }', { tool_choice: { type: 'function', function: { name: 'f' } } }],
    ['toolChoice: null, truncationStrategy: null', { tool_choice: null, truncation_strategy: null }],
    ['truncationStrategy: { type: AUTO, lastMessages: null }', { truncation_strategy: { type: 'auto' } }],
    [
      'truncationStrategy: { type: LAST_MESSAGES, lastMessages: 2 }',
      { truncation_strategy: { type: 'last_messages', last_messages: 2 } },
    ],
    ['additionalMessages: [{ content: "A" }]', { additional_messages: [{ role: 'user', content: 'A' }] }],
    [
      'model: null, instructions: "I", temperature: 0, topP: 0',
      { model: null, instructions: 'I', temperature: 0, top_p: 0 },
    ],
    [
      'maxPromptTokens: 256, maxCompletionTokens: null',
      { max_prompt_tokens: 256, max_completion_tokens: null },
    ],
  ])('createRun(%s)', async (input, body) => {
    expect(await bodyOf('createRun', `{ ${run}, ${input} }`)).toEqual({ assistant_id: 'asst_1', ...body });
  });

  test('createThreadAndRun sends the thread in the same request', async () => {
    const input =
      '{ assistantId: "asst_1", thread: { messages: [{ content: "A", role: USER }], metadata: { k: "v" } } }';
    expect(await bodyOf('createThreadAndRun', input)).toEqual({
      assistant_id: 'asst_1',
      thread: { messages: [{ role: 'user', content: 'A' }], metadata: { k: 'v' } },
    });
  });

  test('cancelRun sends no body', async () => {
    expect(await bodyOf('cancelRun', '{ id: "thread_1/run_1" }')).toBeNull();
  });

  test('submitToolOutputsToRun sends all outputs in one request', async () => {
    const input =
      '{ id: "thread_1/run_1", toolOutputs: [{ toolCallId: "a", output: "" }, { toolCallId: "b", output: "5" }] }';
    expect(await bodyOf('submitToolOutputsToRun', input)).toEqual({
      tool_outputs: [
        { tool_call_id: 'a', output: '' },
        { tool_call_id: 'b', output: '5' },
      ],
    });
  });
});

describe('changing', () => {
  test.each([
    ['name: "N"', { name: 'N' }],
    [
      'name: null, description: null, instructions: null',
      { name: null, description: null, instructions: null },
    ],
    ['tools: null', { tools: [] }],
    ['tools: []', { tools: [] }],
    ['fileIds: null', { file_ids: [] }],
    ['metadata: null', { metadata: {} }],
    ['metadata: {}', { metadata: {} }],
    [
      'temperature: null, topP: null, responseFormat: null',
      { temperature: null, top_p: null, response_format: null },
    ],
    ['model: "m"', { model: 'm' }],
  ])('modifyAssistant(%s) sends only these fields', async (input, body) => {
    expect(await bodyOf('modifyAssistant', `{ id: "asst_1", ${input} }`)).toEqual(body);
  });

  test.each(['modifyThread', 'modifyMessage', 'modifyRun'])(
    '%s replaces all metadata, and null removes it',
    async (field) => {
      const id = field === 'modifyThread' ? 'thread_1' : 'thread_1/x_1';
      expect(await bodyOf(field, `{ id: "${id}", metadata: null }`)).toEqual({ metadata: {} });
      expect(await bodyOf(field, `{ id: "${id}", metadata: { k: "v" } }`)).toEqual({ metadata: { k: 'v' } });
    },
  );
});

test('the headers carry the credential and the API version, the ID of the request, and nothing else from the client', async () => {
  graph.upstream.calls.length = 0;
  await graph.send('mutation { createThread { __typename } }', undefined, {
    authorization: 'Bearer of-the-client',
    cookie: 'a=b',
    'x-request-id': 'of-the-client',
  });
  const { host, connection, 'content-length': length, ...headers } = graph.upstream.calls[0]?.headers ?? {};
  expect(headers).toEqual({
    accept: 'application/json',
    authorization: 'Bearer key',
    'content-type': 'application/json',
    'openai-beta': 'assistants=v1',
    'x-request-id': 'of-the-client',
  });
});
