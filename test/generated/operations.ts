/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
export type AssistantToolInput =
  {   builtIn: BuiltInTool; function?: never; }
  |  { builtIn?: never;   function: FunctionToolInput; };

export type BuiltInTool =
  | 'CODE_INTERPRETER'
  | 'RETRIEVAL';

export type CreateAssistantInput = {
  description?: string | null | undefined;
  fileIds?: Array<string> | null | undefined;
  instructions?: string | null | undefined;
  metadata?: Record<string, string> | null | undefined;
  model: string;
  name?: string | null | undefined;
  responseFormat?: ResponseFormatInput | null | undefined;
  temperature?: number | null | undefined;
  tools?: Array<AssistantToolInput> | null | undefined;
  topP?: number | null | undefined;
};

export type CreateMessageInput = {
  content: string;
  fileIds?: Array<string> | null | undefined;
  metadata?: Record<string, string> | null | undefined;
  onActiveRun?: OnActiveRun | null | undefined;
  role?: MessageRoleInput | null | undefined;
  threadId: string;
};

export type CreateRunInput = {
  additionalInstructions?: string | null | undefined;
  additionalMessages?: Array<ThreadMessageInput> | null | undefined;
  assistantId: string;
  instructions?: string | null | undefined;
  maxCompletionTokens?: number | null | undefined;
  maxPromptTokens?: number | null | undefined;
  metadata?: Record<string, string> | null | undefined;
  model?: string | null | undefined;
  onActiveRun?: OnActiveRun | null | undefined;
  responseFormat?: ResponseFormatInput | null | undefined;
  stream?: boolean | null | undefined;
  temperature?: number | null | undefined;
  threadId: string;
  toolChoice?: ToolChoiceInput | null | undefined;
  tools?: Array<AssistantToolInput> | null | undefined;
  topP?: number | null | undefined;
  truncationStrategy?: TruncationStrategyInput | null | undefined;
};

export type CreateThreadInput = {
  messages?: Array<ThreadMessageInput> | null | undefined;
  metadata?: Record<string, string> | null | undefined;
};

export type FunctionToolInput = {
  description?: string | null | undefined;
  name: string;
  parameters?: Record<string, unknown> | null | undefined;
};

export type MessageRole =
  | 'ASSISTANT'
  | 'UNKNOWN'
  | 'USER';

export type MessageRoleInput =
  | 'ASSISTANT'
  | 'USER';

export type MessageStatus =
  | 'COMPLETED'
  | 'INCOMPLETE'
  | 'IN_PROGRESS'
  | 'UNKNOWN';

export type OnActiveRun =
  | 'CANCEL'
  | 'FAIL'
  | 'WAIT';

export type ResponseFormatInput =
  {   mode: ResponseFormatModeInput; };

export type ResponseFormatModeInput =
  | 'AUTO'
  | 'JSON_OBJECT'
  | 'NONE'
  | 'TEXT';

export type RunStatus =
  | 'CANCELLED'
  | 'CANCELLING'
  | 'COMPLETED'
  | 'EXPIRED'
  | 'FAILED'
  | 'INCOMPLETE'
  | 'IN_PROGRESS'
  | 'QUEUED'
  | 'REQUIRES_ACTION'
  | 'UNKNOWN';

export type ThreadMessageInput = {
  content: string;
  fileIds?: Array<string> | null | undefined;
  metadata?: Record<string, string> | null | undefined;
  role?: MessageRoleInput | null | undefined;
};

export type ToolChoiceInput =
  {   builtIn: BuiltInTool; functionName?: never; mode?: never; }
  |  { builtIn?: never;   functionName: string; mode?: never; }
  |  { builtIn?: never; functionName?: never;   mode: ToolChoiceModeInput; };

export type ToolChoiceModeInput =
  | 'AUTO'
  | 'NONE';

export type TruncationStrategyInput = {
  lastMessages?: number | null | undefined;
  type: TruncationTypeInput;
};

export type TruncationTypeInput =
  | 'AUTO'
  | 'LAST_MESSAGES';

export type CreateAssistantMutationVariables = Exact<{
  input: CreateAssistantInput;
}>;


export type CreateAssistantMutation = { createAssistant: { assistant: { id: string, restId: string, name: string | null } } | null };

export type CreateThreadMutationVariables = Exact<{
  input: CreateThreadInput;
}>;


export type CreateThreadMutation = { createThread: { thread: { id: string, restId: string } } | null };

export type CreateMessageMutationVariables = Exact<{
  input: CreateMessageInput;
}>;


export type CreateMessageMutation = { createMessage: { message: { id: string, restId: string, text: string }, messageEdge: { cursor: string } } | null };

export type CreateRunMutationVariables = Exact<{
  input: CreateRunInput;
}>;


export type CreateRunMutation = { createRun: { run: { id: string, restId: string, status: RunStatus } } | null };

export type RunStatusQueryVariables = Exact<{
  id: string;
}>;


export type RunStatusQuery = { node:
    | { __typename: 'Assistant' }
    | { __typename: 'AssistantFile' }
    | { __typename: 'Message' }
    | { __typename: 'MessageFile' }
    | { __typename: 'Run', status: RunStatus, isTerminal: boolean }
    | { __typename: 'RunStep' }
    | { __typename: 'Thread' }
   | null };

export type ReadThreadQueryVariables = Exact<{
  id: string;
}>;


export type ReadThreadQuery = { thread: { activeRun: { id: string } | null, messages: { nodes: Array<{ id: string, role: MessageRole, text: string, status: MessageStatus | null, run: { status: RunStatus } | null } | null> } | null } | null };


export const CreateAssistantDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateAssistant"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateAssistantInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createAssistant"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"assistant"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"restId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]} as unknown as DocumentNode<CreateAssistantMutation, CreateAssistantMutationVariables>;
export const CreateThreadDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateThread"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateThreadInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createThread"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"thread"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"restId"}}]}}]}}]}}]} as unknown as DocumentNode<CreateThreadMutation, CreateThreadMutationVariables>;
export const CreateMessageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateMessage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateMessageInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createMessage"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"restId"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}},{"kind":"Field","name":{"kind":"Name","value":"messageEdge"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}}]}}]}}]} as unknown as DocumentNode<CreateMessageMutation, CreateMessageMutationVariables>;
export const CreateRunDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateRun"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateRunInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createRun"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"run"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"restId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]} as unknown as DocumentNode<CreateRunMutation, CreateRunMutationVariables>;
export const RunStatusDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RunStatus"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Run"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"isTerminal"}}]}}]}}]}}]} as unknown as DocumentNode<RunStatusQuery, RunStatusQueryVariables>;
export const ReadThreadDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReadThread"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"thread"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"activeRun"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"messages"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"order"},"value":{"kind":"EnumValue","value":"ASC"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"run"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<ReadThreadQuery, ReadThreadQueryVariables>;