/** What a run says of itself beyond plain values. Steps have errors and usage too. */
import type {
  LastError,
  Usage,
  RequiredAction as WireRequiredAction,
  ToolChoice as WireToolChoice,
  TruncationStrategy as WireTruncationStrategy,
} from '../rest/wire/run.ts';
import { builder } from './builder.ts';
import { outputEnum } from './output-enum.ts';
import { ToolType } from './tool.ts';

export const RunStatus = outputEnum('RunStatus', {
  description: 'How far a run has come.',
  values: {
    QUEUED: { description: 'It waits for its turn.' },
    IN_PROGRESS: { description: 'The model is at work.' },
    REQUIRES_ACTION: { description: 'It waits for the outputs of the tool calls in requiredAction.' },
    CANCELLING: { description: 'It was told to stop, and has not yet.' },
    CANCELLED: { description: 'It was told to stop, and did. This is an end.' },
    FAILED: { description: 'It could not go on: see lastError. This is an end.' },
    COMPLETED: { description: 'It did what it was asked. This is an end.' },
    INCOMPLETE: { description: 'A budget of tokens was used up: see incompleteReason. This is an end.' },
    EXPIRED: { description: 'It took longer than upstream lets a run take. This is an end.' },
  },
});

export const RunIncompleteReason = outputEnum('RunIncompleteReason', {
  description: 'Which budget of a run was used up.',
  values: {
    MAX_COMPLETION_TOKENS: { description: 'The one for what the model writes.' },
    MAX_PROMPT_TOKENS: { description: 'The one for what the model reads.' },
  },
});

const RequiredToolCall = builder
  .objectRef<WireRequiredAction['submit_tool_outputs']['tool_calls'][number]>('RequiredToolCall')
  .implement({
    description: 'A call to a function of yours that the model asks for.',
    fields: (t) => ({
      toolCallId: t.exposeString('id', { description: 'The name under which to submit the output.' }),
      name: t.string({ description: 'The function to call.', resolve: (call) => call.function.name }),
      arguments: t.string({
        description: 'Its arguments: JSON text as the model wrote it, which need not be valid. Check it.',
        resolve: (call) => call.function.arguments,
      }),
    }),
  });

export const RequiredAction = builder.objectRef<WireRequiredAction>('RequiredAction').implement({
  description:
    "What a run waits for: each call's output, all of them in one submitToolOutputsToRun, before the run expires.",
  fields: (t) => ({
    toolCalls: t.field({
      type: [RequiredToolCall],
      description: 'The calls that the model asks for, in no order.',
      resolve: (action) => action.submit_tool_outputs.tool_calls,
    }),
  }),
});

const RunErrorCode = outputEnum('RunErrorCode', {
  description: 'What can go wrong in a run.',
  values: {
    SERVER_ERROR: { description: 'Upstream failed.' },
    RATE_LIMIT_EXCEEDED: { description: 'The account asked too much of the model.' },
    INVALID_PROMPT: { description: 'The model refused what it was given to read.' },
  },
});

export const RunError = builder.objectRef<LastError>('RunError').implement({
  description: 'What went wrong.',
  fields: (t) => ({
    code: t.field({
      type: RunErrorCode.type,
      description: 'For a program to act on.',
      resolve: (error) => RunErrorCode.from(error.code),
    }),
    message: t.exposeString('message', {
      description: "For a person to read, in upstream's words. Empty where it has none.",
    }),
  }),
});

export const TokenUsage = builder.objectRef<Usage>('TokenUsage').implement({
  description: 'What was used, in tokens.',
  fields: (t) => ({
    promptTokens: t.exposeInt('prompt_tokens', { description: 'What the model read.' }),
    completionTokens: t.exposeInt('completion_tokens', { description: 'What the model wrote.' }),
    totalTokens: t.exposeInt('total_tokens', { description: 'Both together.' }),
  }),
});

const TruncationType = outputEnum('TruncationType', {
  description: 'How a thread that is too long is cut.',
  values: {
    AUTO: { description: 'Upstream leaves out messages from the middle until the rest fits.' },
    LAST_MESSAGES: { description: 'Only the newest messages count.' },
  },
});

export const TruncationStrategy = builder.objectRef<WireTruncationStrategy>('TruncationStrategy').implement({
  description: 'How much of a long thread the model gets to read.',
  fields: (t) => ({
    type: t.field({
      type: TruncationType.type,
      description: 'How it is cut.',
      resolve: (strategy) => TruncationType.from(strategy.type),
    }),
    lastMessages: t.exposeInt('last_messages', {
      nullable: true,
      description: 'With LAST_MESSAGES, how many of the newest messages count. Null otherwise.',
    }),
  }),
});

const ToolChoiceMode = outputEnum('ToolChoiceMode', {
  description: 'How free a model is to use its tools.',
  values: {
    NONE: { description: 'It must not use any.' },
    AUTO: { description: 'It decides.' },
    TOOL: { description: 'It must use the one that is named.' },
  },
});

export const ToolChoice = builder.objectRef<WireToolChoice>('ToolChoice').implement({
  description: 'How free the model is to use its tools.',
  fields: (t) => ({
    mode: t.field({
      type: ToolChoiceMode.type,
      description: 'NONE, AUTO, or TOOL for the one in `tool` and `functionName`.',
      resolve: (choice) => (typeof choice === 'string' ? ToolChoiceMode.from(choice) : 'TOOL'),
    }),
    tool: t.field({
      type: ToolType.type,
      nullable: true,
      description: 'Which kind of tool it must use. Null with NONE and AUTO.',
      resolve: (choice) => (typeof choice === 'string' ? null : ToolType.from(choice.type)),
    }),
    functionName: t.string({
      nullable: true,
      description: 'Which function it must call. Null for every other choice.',
      resolve: (choice) => (typeof choice === 'string' ? null : choice.function?.name),
    }),
  }),
});
