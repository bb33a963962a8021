/** The inputs of the mutations of assistants and their files. */
import type { InputFieldBuilder } from '@pothos/core';
import type {
  CreateAssistantFileInput as CreateAssistantFileInputShape,
  CreateAssistantInput as CreateAssistantInputShape,
  ModifyAssistantInput as ModifyAssistantInputShape,
} from '../../resolvers/input/assistant.ts';
import { limits } from '../../rest/limits.ts';
import { builder } from '../builder.ts';
import { formatNumber } from '../descriptions.ts';
import { idInput } from './by-id.ts';
import { AssistantToolInput, samplingFields } from './tool.ts';

export const CreateAssistantInput = builder
  .inputRef<CreateAssistantInputShape>('CreateAssistantInput')
  .implement({
    description: 'Input of `createAssistant`.',
    fields: (t) => ({
      model: t.string({ required: true, description: 'Model name, as used by the REST API.' }),
      ...assistantFields(t),
    }),
  });

export const ModifyAssistantInput = builder
  .inputRef<ModifyAssistantInputShape>('ModifyAssistantInput')
  .implement({
    description:
      'Input of `modifyAssistant`. At least one field besides `id` is required. Omitted fields keep their ' +
      'values. Null clears `name`, `description`, `instructions`, `tools`, `fileIds` and `metadata`, and ' +
      'resets `temperature`, `topP` and `responseFormat` to their defaults. `model` cannot be null.',
    fields: (t) => ({
      id: t.id({ required: true, description: 'Global ID, or REST ID such as `asst_abc`.' }),
      model: t.string({ description: 'Model name, as used by the REST API.' }),
      ...assistantFields(t),
    }),
  });

function assistantFields(t: InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>) {
  return {
    name: t.string({ description: `Name of the assistant, up to ${limits.assistantName} characters.` }),
    description: t.string({
      description: `Description of the assistant, up to ${limits.assistantDescription} characters.`,
    }),
    instructions: t.string({
      description: `System instructions for the model, up to ${formatNumber(limits.instructions)} characters.`,
    }),
    tools: t.field({
      type: [AssistantToolInput],
      description: `All tools that the model can use, at most ${limits.assistantTools}. An update replaces the whole list.`,
    }),
    fileIds: t.stringList({
      description: `REST IDs of all files to attach, at most ${limits.assistantFiles}. An update replaces the whole list.`,
    }),
    ...samplingFields(t),
  };
}

export const CreateAssistantFileInput = builder
  .inputRef<CreateAssistantFileInputShape>('CreateAssistantFileInput')
  .implement({
    description: 'Input of `createAssistantFile`.',
    fields: (t) => ({
      assistantId: t.id({ required: true, description: 'Global ID, or REST ID such as `asst_abc`.' }),
      fileId: t.string({
        required: true,
        description: 'REST ID of a file uploaded with the purpose `assistants`.',
      }),
    }),
  });

export const DeleteAssistantInput = idInput('deleteAssistant', 'REST ID such as `asst_abc`');
export const DeleteAssistantFileInput = idInput(
  'deleteAssistantFile',
  'REST path such as `asst_abc/file-def`',
);
