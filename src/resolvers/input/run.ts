import { badUserInput } from '../../errors.ts';
import { limits } from '../../rest/limits.ts';
import type {
  CreateRunBody,
  CreateThreadAndRunBody,
  Metadata,
  RunBody,
  SubmitToolOutputsBody,
  ToolChoiceOption,
} from '../../rest/requests.ts';
import type { ActiveRunPolicy } from '../active-run.ts';
import { requireIds } from '../global-id.ts';
import {
  requireBetween,
  requireCount,
  requireMetadata,
  requireNotEmpty,
  requireRestId,
  requireText,
} from './checks.ts';
import { type CreateThreadInput, messageBodies, type ThreadMessageInput, threadBody } from './message.ts';
import {
  type AssistantToolInput,
  type BuiltInTool,
  type ResponseFormatInput,
  requireFunctionName,
  responseFormat,
  toolDefinitions,
} from './tool.ts';

export interface TruncationStrategyInput {
  type: 'auto' | 'last_messages';
  lastMessages?: number | null | undefined;
}

/** Exactly one field is set. */
export interface ToolChoiceInput {
  mode?: 'none' | 'auto' | null | undefined;
  builtIn?: BuiltInTool | null | undefined;
  functionName?: string | null | undefined;
}

export interface StreamInput {
  stream?: boolean | null | undefined;
}

interface RunInput extends StreamInput {
  assistantId: string;
  model?: string | null | undefined;
  instructions?: string | null | undefined;
  tools?: readonly AssistantToolInput[] | null | undefined;
  metadata?: Metadata | null | undefined;
  temperature?: number | null | undefined;
  topP?: number | null | undefined;
  maxPromptTokens?: number | null | undefined;
  maxCompletionTokens?: number | null | undefined;
  truncationStrategy?: TruncationStrategyInput | null | undefined;
  toolChoice?: ToolChoiceInput | null | undefined;
  responseFormat?: ResponseFormatInput | null | undefined;
}

export interface CreateRunInput extends RunInput {
  threadId: string;
  onActiveRun?: ActiveRunPolicy | null | undefined;
  additionalInstructions?: string | null | undefined;
  additionalMessages?: readonly ThreadMessageInput[] | null | undefined;
}

export interface CreateThreadAndRunInput extends RunInput {
  thread?: CreateThreadInput | null | undefined;
}

export function createRunBody(input: CreateRunInput): CreateRunBody {
  const { additionalInstructions, additionalMessages } = input;
  return {
    ...runBody(input),
    additional_instructions: requireText(
      additionalInstructions,
      limits.instructions,
      'input.additionalInstructions',
    ),
    additional_messages: additionalMessages && messageBodies(additionalMessages, 'input.additionalMessages'),
  };
}

/** @param maxPairs `threadPairs` of the operation */
export function createThreadAndRunBody(
  input: CreateThreadAndRunInput,
  maxPairs: number,
): CreateThreadAndRunBody {
  const thread = input.thread ? threadBody(input.thread, 'input.thread', maxPairs) : undefined;
  return { ...runBody(input), thread };
}

function runBody(input: RunInput): RunBody {
  const { assistant_id } = requireIds('Assistant', input.assistantId, 'input.assistantId');
  const tokens = [limits.minTokenBudget, Number.POSITIVE_INFINITY] as const;
  return {
    assistant_id,
    model: requireNotEmpty(input.model, 'input.model'),
    instructions: requireText(input.instructions, limits.instructions, 'input.instructions'),
    // Null means the assistant's tools, an empty list none.
    tools: input.tools && toolDefinitions(input.tools, limits.runTools, 'input.tools'),
    metadata: requireMetadata(input.metadata, 'input.metadata'),
    temperature: requireBetween(input.temperature, [0, limits.temperature], 'input.temperature'),
    top_p: requireBetween(input.topP, [0, limits.topP], 'input.topP'),
    max_prompt_tokens: requireBetween(input.maxPromptTokens, tokens, 'input.maxPromptTokens'),
    max_completion_tokens: requireBetween(input.maxCompletionTokens, tokens, 'input.maxCompletionTokens'),
    truncation_strategy: input.truncationStrategy && truncationStrategy(input.truncationStrategy),
    tool_choice: input.toolChoice && toolChoice(input.toolChoice),
    response_format: responseFormat(input.responseFormat),
  };
}

function truncationStrategy({ type, lastMessages }: TruncationStrategyInput): RunBody['truncation_strategy'] {
  const argument = 'input.truncationStrategy.lastMessages';
  if (type === 'auto') {
    if (typeof lastMessages === 'number') throw badUserInput(argument, 'is only allowed with LAST_MESSAGES');
    return { type };
  }
  if (typeof lastMessages !== 'number') throw badUserInput(argument, 'is required with LAST_MESSAGES');
  return { type, last_messages: requireBetween(lastMessages, [1, Number.POSITIVE_INFINITY], argument) };
}

function toolChoice({ mode, builtIn, functionName }: ToolChoiceInput): ToolChoiceOption {
  if (mode) return mode;
  if (builtIn) return { type: builtIn };
  const name = requireFunctionName(functionName ?? '', 'input.toolChoice.functionName');
  return { type: 'function', function: { name } };
}

export interface SubmitToolOutputsInput extends StreamInput {
  id: string;
  toolOutputs: readonly { toolCallId: string; output: string }[];
}

export function toolOutputsBody({ toolOutputs }: SubmitToolOutputsInput): SubmitToolOutputsBody {
  if (toolOutputs.length === 0) throw badUserInput('input.toolOutputs', 'must not be empty');
  requireCount(toolOutputs, limits.toolOutputs, 'input.toolOutputs');
  const tool_outputs = toolOutputs.map(({ toolCallId, output }, index) => ({
    tool_call_id: requireRestId(toolCallId, `input.toolOutputs[${index}].toolCallId`),
    output,
  }));
  return { tool_outputs };
}
