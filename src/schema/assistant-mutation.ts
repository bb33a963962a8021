import type { InputFieldBuilder } from '@pothos/core';
import type { AssistantFileReference, AssistantReference } from '../context.ts';
import { cost } from '../fields/cost.ts';
import {
  createAssistant,
  createAssistantFile,
  deleteAssistant,
  deleteAssistantFile,
  modifyAssistant,
} from '../resolvers/assistant.ts';
import { assistantFileAssistant } from '../resolvers/assistant-file.ts';
import type {
  CreateAssistantInput as CreateAssistantInputShape,
  ModifyAssistantInput as ModifyAssistantInputShape,
} from '../resolvers/assistant-input.ts';
import { edgeOf } from '../resolvers/connection.ts';
import { limits } from '../rest/limits.ts';
import { Assistant, AssistantEdge } from './assistant.ts';
import { AssistantFile } from './assistant-file.ts';
import { builder } from './builder.ts';
import { formatNumber } from './descriptions.ts';
import { deletedId, idInput, inputArgument } from './mutation.ts';
import { AssistantToolInput, samplingFields } from './tool-input.ts';

const CreateAssistantInput = builder.inputRef<CreateAssistantInputShape>('CreateAssistantInput').implement({
  description: 'Input of `createAssistant`.',
  fields: (t) => ({
    model: t.string({ required: true, description: 'Model name, as used by the REST API.' }),
    ...assistantFields(t),
  }),
});

const ModifyAssistantInput = builder.inputRef<ModifyAssistantInputShape>('ModifyAssistantInput').implement({
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

const CreateAssistantFileInput = builder
  .inputRef<{ assistantId: string; fileId: string }>('CreateAssistantFileInput')
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

const CreateAssistantPayload = builder.objectRef<AssistantReference>('CreateAssistantPayload').implement({
  description: 'Payload of `createAssistant`.',
  fields: (t) => ({
    assistant: t.field({
      type: Assistant,
      extensions: cost.inHand,
      description: 'The new assistant.',
      resolve: (created) => created,
    }),
    assistantEdge: t.field({
      type: AssistantEdge,
      extensions: cost.inHand,
      description: 'The new assistant as an edge, to add to a cached connection.',
      resolve: edgeOf,
    }),
  }),
});

const ModifyAssistantPayload = builder.objectRef<AssistantReference>('ModifyAssistantPayload').implement({
  description: 'Payload of `modifyAssistant`.',
  fields: (t) => ({
    assistant: t.field({
      type: Assistant,
      extensions: cost.inHand,
      description: 'The updated assistant.',
      resolve: (modified) => modified,
    }),
  }),
});

const DeleteAssistantPayload = builder.objectRef<AssistantReference>('DeleteAssistantPayload').implement({
  description: 'Payload of `deleteAssistant`.',
  fields: (t) => ({ deletedId: deletedId(t) }),
});

const CreateAssistantFilePayload = builder
  .objectRef<AssistantFileReference>('CreateAssistantFilePayload')
  .implement({
    description: 'Payload of `createAssistantFile`.',
    fields: (t) => ({
      assistantFile: t.field({
        type: AssistantFile,
        extensions: cost.inHand,
        description: 'The attached file.',
        resolve: (created) => created,
      }),
    }),
  });

const DeleteAssistantFilePayload = builder
  .objectRef<AssistantFileReference>('DeleteAssistantFilePayload')
  .implement({
    description: 'Payload of `deleteAssistantFile`.',
    fields: (t) => ({
      deletedId: deletedId(t),
      assistant: t.field({
        type: Assistant,
        nullable: true,
        extensions: cost.owner('Assistant'),
        description: 'The assistant, without the file. Null if the assistant no longer exists.',
        resolve: assistantFileAssistant,
      }),
    }),
  });

builder.mutationFields((t) => ({
  createAssistant: t.field({
    type: CreateAssistantPayload,
    nullable: true,
    extensions: cost.write('createAssistant'),
    description: 'Creates an assistant.',
    args: inputArgument(t.arg, CreateAssistantInput),
    resolve: createAssistant,
  }),
  modifyAssistant: t.field({
    type: ModifyAssistantPayload,
    nullable: true,
    extensions: cost.write('modifyAssistant'),
    description: 'Updates an assistant. Active runs keep the settings they started with.',
    args: inputArgument(t.arg, ModifyAssistantInput),
    resolve: modifyAssistant,
  }),
  deleteAssistant: t.field({
    type: DeleteAssistantPayload,
    nullable: true,
    extensions: cost.write('deleteAssistant'),
    description: 'Permanently deletes an assistant. Threads, messages and runs that refer to it are kept.',
    args: inputArgument(
      t.arg,
      idInput('DeleteAssistantInput', 'Input of `deleteAssistant`.', 'REST ID such as `asst_abc`'),
    ),
    resolve: deleteAssistant,
  }),
  createAssistantFile: t.field({
    type: CreateAssistantFilePayload,
    nullable: true,
    extensions: cost.write('createAssistantFile'),
    description: 'Attaches an uploaded file to an assistant.',
    args: inputArgument(t.arg, CreateAssistantFileInput),
    resolve: createAssistantFile,
  }),
  deleteAssistantFile: t.field({
    type: DeleteAssistantFilePayload,
    nullable: true,
    extensions: cost.write('deleteAssistantFile'),
    description: 'Detaches a file from an assistant. The file itself is not deleted.',
    args: inputArgument(
      t.arg,
      idInput(
        'DeleteAssistantFileInput',
        'Input of `deleteAssistantFile`.',
        'REST path such as `asst_abc/file-def`',
      ),
    ),
    resolve: deleteAssistantFile,
  }),
}));
