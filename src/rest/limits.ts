/**
 * Limits documented by the Assistants v1 API, except for two lists that it leaves unlimited: a thread starts with at most
 * one page of messages, and a run calls each tool of an assistant at most once. Lengths are in characters.
 */
export const limits = {
  pageSize: 100,
  defaultPageSize: 20,
  metadataPairs: 16,
  metadataKey: 64,
  metadataValue: 512,
  assistantName: 256,
  assistantDescription: 512,
  instructions: 256_000,
  messageContent: 256_000,
  functionName: 64,
  assistantTools: 128,
  runTools: 20,
  assistantFiles: 20,
  messageFiles: 10,
  messages: 100,
  toolOutputs: 128,
  temperature: 2,
  topP: 1,
  minTokenBudget: 256,
} as const;
