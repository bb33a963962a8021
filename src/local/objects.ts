/** The objects in the responses of the local API, with the fields of the REST API. Times are in Unix seconds. */
import type { Metadata, ResponseFormatOption, ToolChoiceOption, ToolDefinition } from '../rest/requests.ts';

interface Sampling {
  temperature: number;
  top_p: number;
  response_format: ResponseFormatOption;
}

export interface AssistantObject extends Sampling {
  id: string;
  object: 'assistant';
  created_at: number;
  name: string | null;
  description: string | null;
  model: string;
  instructions: string | null;
  tools: ToolDefinition[];
  file_ids: string[];
  metadata: Metadata;
}

export interface AssistantFileObject {
  id: string;
  object: 'assistant.file';
  created_at: number;
  assistant_id: string;
}

export interface ThreadObject {
  id: string;
  object: 'thread';
  created_at: number;
  metadata: Metadata;
}

/** A marker in a text that cites a passage of a file. The indexes count UTF-16 code units, as JavaScript strings do. */
export interface FileCitation {
  type: 'file_citation';
  /** The marker itself. */
  text: string;
  start_index: number;
  end_index: number;
  file_citation: { file_id: string; quote: string };
}

export interface TextContent {
  type: 'text';
  text: { value: string; annotations: FileCitation[] };
}

export type MessageIncompleteReason = 'max_tokens' | 'run_cancelled' | 'run_expired' | 'run_failed';

export interface MessageObject {
  id: string;
  object: 'thread.message';
  created_at: number;
  thread_id: string;
  status: 'in_progress' | 'incomplete' | 'completed';
  incomplete_details: { reason: MessageIncompleteReason } | null;
  completed_at: number | null;
  incomplete_at: number | null;
  role: 'user' | 'assistant';
  content: TextContent[];
  assistant_id: string | null;
  run_id: string | null;
  file_ids: string[];
  metadata: Metadata;
}

export interface MessageFileObject {
  id: string;
  object: 'thread.message.file';
  created_at: number;
  message_id: string;
}

export interface LastError {
  code: 'server_error' | 'rate_limit_exceeded' | 'invalid_prompt';
  message: string;
}

export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
}

/** The statuses of a run that still locks its thread. */
export type LiveStatus = 'queued' | 'in_progress' | 'requires_action' | 'cancelling';
export type EndedStatus = 'cancelled' | 'failed' | 'completed' | 'incomplete' | 'expired';

export interface FunctionCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

export interface RunObject extends Sampling {
  id: string;
  object: 'thread.run';
  created_at: number;
  thread_id: string;
  assistant_id: string;
  status: LiveStatus | EndedStatus;
  required_action: {
    type: 'submit_tool_outputs';
    submit_tool_outputs: { tool_calls: FunctionCall[] };
  } | null;
  last_error: LastError | null;
  incomplete_details: { reason: 'max_completion_tokens' | 'max_prompt_tokens' } | null;
  expires_at: number | null;
  started_at: number | null;
  cancelled_at: number | null;
  failed_at: number | null;
  completed_at: number | null;
  model: string;
  instructions: string;
  tools: ToolDefinition[];
  file_ids: string[];
  metadata: Metadata;
  usage: Usage | null;
  max_prompt_tokens: number | null;
  max_completion_tokens: number | null;
  truncation_strategy: { type: 'auto' | 'last_messages'; last_messages: number | null };
  tool_choice: ToolChoiceOption;
}

/** A function call in a step. Its output is null until it is submitted. */
export interface StepFunctionCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string; output: string | null };
}

/** A search of the files. The REST API does not show what it asks and finds. */
export interface StepRetrievalCall {
  id: string;
  type: 'retrieval';
  retrieval: Record<string, never>;
}

export type StepToolCall = StepFunctionCall | StepRetrievalCall;

export interface StepObject {
  id: string;
  object: 'thread.run.step';
  created_at: number;
  assistant_id: string;
  thread_id: string;
  run_id: string;
  type: 'message_creation' | 'tool_calls';
  status: 'in_progress' | 'cancelled' | 'failed' | 'completed' | 'expired';
  step_details:
    | { type: 'message_creation'; message_creation: { message_id: string } }
    | { type: 'tool_calls'; tool_calls: StepToolCall[] };
  last_error: LastError | null;
  expired_at: number | null;
  cancelled_at: number | null;
  failed_at: number | null;
  completed_at: number | null;
  metadata: Metadata;
  usage: Usage | null;
}

export interface FileObject {
  id: string;
  object: 'file';
  bytes: number;
  created_at: number;
  filename: string;
  purpose: 'assistants';
  /** `uploaded` until it was read for retrieval, and `error` if it cannot be. */
  status: 'uploaded' | 'processed' | 'error';
  status_details: string | null;
}
