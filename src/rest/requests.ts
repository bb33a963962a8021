/** The bodies that the writing operations send. A field left out says nothing; null clears or means the default. */
export type Metadata = Record<string, string>;

export type ToolDefinition =
  | { type: 'code_interpreter' }
  | { type: 'retrieval' }
  | {
      type: 'function';
      function: { name: string; description?: string; parameters?: Record<string, unknown> };
    };

export type ResponseFormatOption = 'none' | 'auto' | { type: 'text' | 'json_object' };

export type ToolChoiceOption =
  | 'none'
  | 'auto'
  | { type: 'code_interpreter' | 'retrieval' }
  | { type: 'function'; function: { name: string } };

interface Sampling {
  temperature?: number | null;
  top_p?: number | null;
  response_format?: ResponseFormatOption | null;
}

export interface MetadataBody {
  metadata?: Metadata | null;
}

export interface AssistantBody extends Sampling, MetadataBody {
  model?: string;
  name?: string | null;
  description?: string | null;
  instructions?: string | null;
  tools?: ToolDefinition[];
  file_ids?: string[];
}

export interface CreateAssistantBody extends AssistantBody {
  model: string;
}

export interface CreateAssistantFileBody {
  file_id: string;
}

export interface CreateMessageBody extends MetadataBody {
  role: 'user' | 'assistant';
  content: string;
  file_ids?: string[];
}

export interface CreateThreadBody extends MetadataBody {
  messages?: CreateMessageBody[];
}

/** What createRun and createThreadAndRun have in common. */
export interface RunBody extends Sampling, MetadataBody {
  assistant_id: string;
  model?: string | null;
  instructions?: string | null;
  tools?: ToolDefinition[] | null;
  max_prompt_tokens?: number | null;
  max_completion_tokens?: number | null;
  truncation_strategy?: { type: 'auto' | 'last_messages'; last_messages?: number | null } | null;
  tool_choice?: ToolChoiceOption | null;
}

export interface CreateRunBody extends RunBody {
  additional_instructions?: string | null;
  additional_messages?: CreateMessageBody[] | null;
}

export interface CreateThreadAndRunBody extends RunBody {
  thread?: CreateThreadBody;
}

export interface SubmitToolOutputsBody {
  tool_outputs: { tool_call_id: string; output: string }[];
}

/** The body of each operation that takes POST. */
export interface RequestBodies {
  createAssistant: CreateAssistantBody;
  modifyAssistant: AssistantBody;
  createAssistantFile: CreateAssistantFileBody;
  createThread: CreateThreadBody;
  modifyThread: MetadataBody;
  createMessage: CreateMessageBody;
  modifyMessage: MetadataBody;
  createThreadAndRun: CreateThreadAndRunBody;
  createRun: CreateRunBody;
  modifyRun: MetadataBody;
  cancelRun: undefined;
  submitToolOutputsToRun: SubmitToolOutputsBody;
}
