/** The objects that the stub upstream serves: two assistants' worth of each, made from their numbers. */
export const COUNTS = {
  assistants: 1000,
  messages: 1000,
  runs: 100,
  steps: 10,
  assistantsOfRuns: 10,
  messagesOfRun: 4,
};

const CREATED_AT = 1_700_000_000;

export function assistant(index) {
  return {
    id: `asst_${index}`,
    object: 'assistant',
    created_at: CREATED_AT + index,
    name: `Assistant ${index}`,
    description: null,
    model: 'gpt-4',
    instructions:
      'You are a personal math tutor. When asked a question, write and run Python code to answer it.',
    tools: [
      { type: 'code_interpreter' },
      {
        type: 'function',
        function: {
          name: 'get_weather',
          description: 'Determine the weather in my location',
          parameters: {
            type: 'object',
            properties: { location: { type: 'string' } },
            required: ['location'],
          },
        },
      },
    ],
    file_ids: [],
    metadata: { team: 'math', level: String(index) },
    temperature: 1,
    top_p: 1,
    response_format: 'auto',
  };
}

export function thread(id) {
  return { id, object: 'thread', created_at: CREATED_AT, metadata: {} };
}

export function message(threadId, index, runId = null) {
  return {
    id: runId === null ? `msg_${index}` : `msg_${runId}_${index}`,
    object: 'thread.message',
    created_at: CREATED_AT + index,
    thread_id: threadId,
    status: 'completed',
    incomplete_details: null,
    completed_at: CREATED_AT + index + 1,
    incomplete_at: null,
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: [
      {
        type: 'text',
        text: { value: 'How does AI work? Explain it in simple terms. '.repeat(4), annotations: [] },
      },
    ],
    file_ids: [],
    assistant_id: null,
    run_id: runId,
    metadata: {},
  };
}

export function run(threadId, index) {
  return {
    id: `run_${index}`,
    object: 'thread.run',
    created_at: CREATED_AT + index,
    assistant_id: `asst_${index % COUNTS.assistantsOfRuns}`,
    thread_id: threadId,
    status: 'completed',
    required_action: null,
    last_error: null,
    incomplete_details: null,
    started_at: CREATED_AT + index,
    expires_at: null,
    cancelled_at: null,
    failed_at: null,
    completed_at: CREATED_AT + index + 9,
    model: 'gpt-4',
    instructions: 'You are a personal math tutor.',
    tools: [{ type: 'code_interpreter' }],
    file_ids: [],
    metadata: {},
    usage: { prompt_tokens: 123, completion_tokens: 456, total_tokens: 579 },
    temperature: 1,
    top_p: 1,
    max_prompt_tokens: null,
    max_completion_tokens: null,
    truncation_strategy: { type: 'auto', last_messages: null },
    tool_choice: 'auto',
    response_format: 'auto',
  };
}

/** The first steps of a run each created a message. */
export function runStep(threadId, runId, index) {
  const createsMessage = index < COUNTS.messagesOfRun;
  return {
    id: `step_${runId}_${index}`,
    object: 'thread.run.step',
    created_at: CREATED_AT + index,
    run_id: runId,
    assistant_id: 'asst_0',
    thread_id: threadId,
    type: createsMessage ? 'message_creation' : 'tool_calls',
    status: 'completed',
    cancelled_at: null,
    completed_at: CREATED_AT + index + 1,
    expired_at: null,
    failed_at: null,
    last_error: null,
    step_details: createsMessage
      ? { type: 'message_creation', message_creation: { message_id: `msg_${runId}_${index}` } }
      : { type: 'tool_calls', tool_calls: [{ id: `call_${index}`, type: 'retrieval', retrieval: {} }] },
    usage: { prompt_tokens: 123, completion_tokens: 456, total_tokens: 579 },
    metadata: {},
  };
}
