import { limits } from '../rest/limits.ts';
import type { AssistantBody, CreateAssistantBody, Metadata } from '../rest/requests.ts';
import { badUserInput } from './errors.ts';
import {
  requireBetween,
  requireChange,
  requireFileIds,
  requireMetadata,
  requireNotEmpty,
  requireText,
} from './limits.ts';
import {
  type AssistantToolInput,
  type ResponseFormatInput,
  responseFormat,
  toolDefinitions,
} from './tool-input.ts';

interface AssistantInput {
  name?: string | null | undefined;
  description?: string | null | undefined;
  instructions?: string | null | undefined;
  tools?: readonly AssistantToolInput[] | null | undefined;
  fileIds?: readonly string[] | null | undefined;
  metadata?: Metadata | null | undefined;
  temperature?: number | null | undefined;
  topP?: number | null | undefined;
  responseFormat?: ResponseFormatInput | null | undefined;
}

export interface CreateAssistantInput extends AssistantInput {
  model: string;
}

export interface ModifyAssistantInput extends AssistantInput {
  id: string;
  model?: string | null | undefined;
}

export function createAssistantBody(input: CreateAssistantInput): CreateAssistantBody {
  return { ...assistantBody(input), model: requireNotEmpty(input.model, 'input.model') };
}

/** A field left out stays as it is. Null clears: of a list or a map, that is an empty one. */
export function modifyAssistantBody(input: ModifyAssistantInput): AssistantBody {
  if (input.model === null) throw badUserInput('input.model', 'cannot be cleared');
  requireChange({ ...input });
  return {
    ...assistantBody(input),
    model: requireNotEmpty(input.model, 'input.model'),
    ...(input.tools === null && { tools: [] }),
    ...(input.fileIds === null && { file_ids: [] }),
    ...(input.metadata === null && { metadata: {} }),
  };
}

function assistantBody(input: AssistantInput): Omit<AssistantBody, 'model'> {
  const { tools, fileIds } = input;
  return {
    name: requireText(input.name, limits.assistantName, 'input.name'),
    description: requireText(input.description, limits.assistantDescription, 'input.description'),
    instructions: requireText(input.instructions, limits.instructions, 'input.instructions'),
    tools: tools ? toolDefinitions(tools, limits.assistantTools, 'input.tools') : undefined,
    file_ids: requireFileIds(fileIds, limits.assistantFiles, 'input.fileIds') ?? undefined,
    metadata: requireMetadata(input.metadata, 'input.metadata'),
    temperature: requireBetween(input.temperature, [0, limits.temperature], 'input.temperature'),
    top_p: requireBetween(input.topP, [0, limits.topP], 'input.topP'),
    response_format: responseFormat(input.responseFormat),
  };
}
