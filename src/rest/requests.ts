/** Request bodies of the operations that write. Undefined leaves a field out; null clears it or selects the default. */
export type Metadata = Record<string, string>;

export type ToolDefinition =
  | { type: 'code_interpreter' }
  | { type: 'retrieval' }
  | {
      type: 'function';
      function: {
        name: string;
        description?: string | undefined;
        parameters?: Record<string, unknown> | undefined;
      };
    };

export type ResponseFormatOption = 'none' | 'auto' | { type: 'text' | 'json_object' };

export type ToolChoiceOption =
  | 'none'
  | 'auto'
  | { type: 'code_interpreter' | 'retrieval' }
  | { type: 'function'; function: { name: string } };

interface Sampling {
  temperature?: number | null | undefined;
  top_p?: number | null | undefined;
  response_format?: ResponseFormatOption | null | undefined;
}

export interface MetadataBody {
  metadata?: Metadata | null | undefined;
}

export interface AssistantBody extends Sampling, MetadataBody {
  model?: string | undefined;
  name?: string | null | undefined;
  description?: string | null | undefined;
  instructions?: string | null | undefined;
  tools?: ToolDefinition[] | undefined;
  file_ids?: readonly string[] | undefined;
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
  file_ids?: readonly string[] | undefined;
}

export interface CreateThreadBody extends MetadataBody {
  messages?: CreateMessageBody[] | undefined;
}

/** The fields that createRun and createThreadAndRun share. */
export interface RunBody extends Sampling, MetadataBody {
  assistant_id: string;
  model?: string | null | undefined;
  instructions?: string | null | undefined;
  tools?: ToolDefinition[] | null | undefined;
  max_prompt_tokens?: number | null | undefined;
  max_completion_tokens?: number | null | undefined;
  truncation_strategy?:
    | { type: 'auto' | 'last_messages'; last_messages?: number | null | undefined }
    | null
    | undefined;
  tool_choice?: ToolChoiceOption | null | undefined;
}

export interface CreateRunBody extends RunBody {
  additional_instructions?: string | null | undefined;
  additional_messages?: CreateMessageBody[] | null | undefined;
}

export interface CreateThreadAndRunBody extends RunBody {
  thread?: CreateThreadBody | undefined;
}

export interface SubmitToolOutputsBody {
  tool_outputs: { tool_call_id: string; output: string }[];
}

/** The body of each POST operation. */
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
