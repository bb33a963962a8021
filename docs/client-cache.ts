// `npm run generate` writes this file. docs/clients.md says how to use it.

/** The types of each interface. */
export const possibleTypes: Record<string, string[]> = {
  "AssistantTool": [
    "CodeInterpreterTool",
    "FunctionTool",
    "RetrievalTool",
    "UnknownTool"
  ],
  "CodeInterpreterOutput": [
    "CodeInterpreterImage",
    "CodeInterpreterLogs",
    "UnknownCodeInterpreterOutput"
  ],
  "MessageContent": [
    "ImageFileContent",
    "TextContent",
    "UnknownContent"
  ],
  "Node": [
    "Assistant",
    "AssistantFile",
    "Message",
    "MessageFile",
    "Run",
    "RunStep",
    "Thread"
  ],
  "RunEvent": [
    "MessageChanged",
    "MessageContentChanged",
    "MessageDelta",
    "RunEventsReset",
    "RunStatusChanged",
    "RunStepChanged",
    "RunStepDelta",
    "RunWatchError"
  ],
  "RunStepDetails": [
    "MessageCreationDetails",
    "ToolCallsDetails",
    "UnknownStepDetails"
  ],
  "TextAnnotation": [
    "FileCitationAnnotation",
    "FilePathAnnotation",
    "UnknownAnnotation"
  ],
  "ToolCall": [
    "CodeInterpreterToolCall",
    "FunctionToolCall",
    "RetrievalToolCall",
    "UnknownToolCall"
  ],
  "ToolCallDelta": [
    "CodeInterpreterToolCallDelta",
    "FunctionToolCallDelta",
    "RetrievalToolCallDelta",
    "UnknownToolCallDelta"
  ]
};

/** The types without an ID, which a cache keeps within the object that they belong to. */
export const keys: Record<string, () => null> = {
  AssistantConnection: () => null,
  AssistantEdge: () => null,
  AssistantFileConnection: () => null,
  AssistantFileEdge: () => null,
  CancelRunPayload: () => null,
  CodeInterpreterImage: () => null,
  CodeInterpreterLogs: () => null,
  CodeInterpreterOutputDelta: () => null,
  CodeInterpreterTool: () => null,
  CodeInterpreterToolCall: () => null,
  CodeInterpreterToolCallDelta: () => null,
  CreateAssistantFilePayload: () => null,
  CreateAssistantPayload: () => null,
  CreateMessagePayload: () => null,
  CreateRunPayload: () => null,
  CreateThreadAndRunPayload: () => null,
  CreateThreadPayload: () => null,
  DeleteAssistantFilePayload: () => null,
  DeleteAssistantPayload: () => null,
  DeleteThreadPayload: () => null,
  FileCitationAnnotation: () => null,
  FilePathAnnotation: () => null,
  FunctionTool: () => null,
  FunctionToolCall: () => null,
  FunctionToolCallDelta: () => null,
  ImageFileContent: () => null,
  MessageChanged: () => null,
  MessageConnection: () => null,
  MessageContentChanged: () => null,
  MessageCreationDetails: () => null,
  MessageDelta: () => null,
  MessageEdge: () => null,
  MessageFileConnection: () => null,
  MessageFileEdge: () => null,
  ModifyAssistantPayload: () => null,
  ModifyMessagePayload: () => null,
  ModifyRunPayload: () => null,
  ModifyThreadPayload: () => null,
  PageInfo: () => null,
  RequiredAction: () => null,
  RequiredToolCall: () => null,
  ResponseFormat: () => null,
  RetrievalTool: () => null,
  RetrievalToolCall: () => null,
  RetrievalToolCallDelta: () => null,
  RunConnection: () => null,
  RunEdge: () => null,
  RunError: () => null,
  RunEventError: () => null,
  RunEventsReset: () => null,
  RunStatusChanged: () => null,
  RunStepChanged: () => null,
  RunStepConnection: () => null,
  RunStepDelta: () => null,
  RunStepEdge: () => null,
  RunWatchError: () => null,
  SubmitToolOutputsToRunPayload: () => null,
  TextContent: () => null,
  TokenUsage: () => null,
  ToolCallsDetails: () => null,
  ToolChoice: () => null,
  TruncationStrategy: () => null,
  UnknownAnnotation: () => null,
  UnknownCodeInterpreterOutput: () => null,
  UnknownContent: () => null,
  UnknownStepDetails: () => null,
  UnknownTool: () => null,
  UnknownToolCall: () => null,
  UnknownToolCallDelta: () => null,
};
