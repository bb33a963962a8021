/** One REST object of each type, with every field set. */
import type { NodeType } from '../../src/loaders/node-types.ts';

export type Wire = Record<string, unknown>;

const at = 1_700_000_000;
const metadata = { colour: 'red' };
const tools = [
  { type: 'code_interpreter' },
  { type: 'retrieval' },
  { type: 'function', function: { name: 'alpha', description: 'Counts.', parameters: { type: 'object' } } },
];
const sampling = { temperature: 1, top_p: 0.5, response_format: { type: 'json_object' } };
const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const lastError = { code: 'server_error', message: 'It broke.' };

const quotation = {
  type: 'file_citation',
  text: '[1]',
  start_index: 1,
  end_index: 4,
  file_citation: { file_id: 'file-1', quote: 'Red.' },
};
const madeFile = {
  type: 'file_path',
  text: '[2]',
  start_index: 5,
  end_index: 8,
  file_path: { file_id: 'file-2' },
};

const toolCalls = [
  {
    id: 'call_1',
    type: 'code_interpreter',
    code_interpreter: {
      input: '1 + 1',
      outputs: [
        { type: 'logs', logs: '2' },
        { type: 'image', image: { file_id: 'file-3' } },
      ],
    },
  },
  { id: 'call_2', type: 'retrieval', retrieval: {} },
  { id: 'call_3', type: 'function', function: { name: 'alpha', arguments: '{}', output: '5' } },
];

export const samples: { readonly [Type in NodeType]: Wire } = {
  Assistant: {
    id: 'asst_1',
    created_at: at,
    name: 'Guide',
    description: 'Guides.',
    model: 'offline',
    instructions: 'Guide.',
    tools,
    file_ids: ['file-1'],
    metadata,
    ...sampling,
  },
  AssistantFile: { id: 'file-1', created_at: at, assistant_id: 'asst_1' },
  Thread: { id: 'thread_1', created_at: at, metadata },
  Message: {
    id: 'msg_1',
    created_at: at,
    thread_id: 'thread_1',
    status: 'incomplete',
    incomplete_details: { reason: 'max_tokens' },
    completed_at: at + 1,
    incomplete_at: at + 2,
    role: 'assistant',
    content: [
      { type: 'text', text: { value: 'A [1] [2]', annotations: [quotation, madeFile] } },
      { type: 'image_file', image_file: { file_id: 'file-4' } },
    ],
    assistant_id: 'asst_1',
    run_id: 'run_1',
    file_ids: ['file-1'],
    metadata,
  },
  MessageFile: { id: 'file-1', created_at: at, message_id: 'msg_1' },
  Run: {
    id: 'run_1',
    created_at: at,
    thread_id: 'thread_1',
    assistant_id: 'asst_1',
    status: 'requires_action',
    required_action: {
      type: 'submit_tool_outputs',
      submit_tool_outputs: {
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'alpha', arguments: '{}' } }],
      },
    },
    last_error: lastError,
    incomplete_details: { reason: 'max_prompt_tokens' },
    expires_at: at + 1,
    started_at: at + 2,
    cancelled_at: at + 3,
    failed_at: at + 4,
    completed_at: at + 5,
    model: 'offline',
    instructions: 'Guide.',
    tools,
    file_ids: ['file-1'],
    metadata,
    usage,
    ...sampling,
    max_prompt_tokens: 300,
    max_completion_tokens: 400,
    truncation_strategy: { type: 'last_messages', last_messages: 3 },
    tool_choice: { type: 'function', function: { name: 'alpha' } },
  },
  RunStep: {
    id: 'step_1',
    created_at: at,
    assistant_id: 'asst_1',
    thread_id: 'thread_1',
    run_id: 'run_1',
    type: 'tool_calls',
    status: 'failed',
    step_details: { type: 'tool_calls', tool_calls: toolCalls },
    last_error: lastError,
    expired_at: at + 1,
    cancelled_at: at + 2,
    failed_at: at + 3,
    completed_at: at + 4,
    metadata,
    usage,
  },
};

/** The sample of a step is a `tool_calls` step; this is the other type. */
export const writingStep: Wire = {
  ...samples.RunStep,
  type: 'message_creation',
  step_details: { type: 'message_creation', message_creation: { message_id: 'msg_1' } },
};
