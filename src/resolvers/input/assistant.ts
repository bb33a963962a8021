import { badUserInput } from '../../errors.ts';
import { limits } from '../../rest/limits.ts';
import type {
  AssistantBody,
  CreateAssistantBody,
  CreateAssistantFileBody,
  Metadata,
} from '../../rest/requests.ts';
import {
  requireBetween,
  requireChange,
  requireFileIds,
  requireMetadata,
  requireNotEmpty,
  requireRestId,
  requireText,
} from './checks.ts';
import {
  type AssistantToolInput,
  type ResponseFormatInput,
  responseFormat,
  toolDefinitions,
} from './tool.ts';

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

export interface CreateAssistantFileInput {
  assistantId: string;
  fileId: string;
}

export function assistantFileBody({ fileId }: CreateAssistantFileInput): CreateAssistantFileBody {
  return { file_id: requireRestId(fileId, 'input.fileId') };
}

export function createAssistantBody(input: CreateAssistantInput): CreateAssistantBody {
  return { ...assistantBody(input), model: requireNotEmpty(input.model, 'input.model') };
}

/** Omitted fields keep their values. For a list or a map, null means an empty one. */
export function modifyAssistantBody(input: ModifyAssistantInput): AssistantBody {
  if (input.model === null) throw badUserInput('input.model', 'must not be null');
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
