import type { InputFieldBuilder } from '@pothos/core';
import type { AssistantFileReference, AssistantReference } from '../context.ts';
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
import { Assistant, AssistantEdge } from './assistant.ts';
import { AssistantFile } from './assistant-file.ts';
import { builder } from './builder.ts';
import { deletedId, idInput, inputArgument } from './mutation.ts';
import { AssistantToolInput, samplingFields } from './tool-input.ts';

const CreateAssistantInput = builder.inputRef<CreateAssistantInputShape>('CreateAssistantInput').implement({
  description: 'What a new assistant is like.',
  fields: (t) => ({
    model: t.string({ required: true, description: 'The model that answers, as upstream names it.' }),
    ...assistantFields(t),
  }),
});

const ModifyAssistantInput = builder.inputRef<ModifyAssistantInputShape>('ModifyAssistantInput').implement({
  description:
    'What is to be different about an assistant, one thing at least. A field left out stays as it is. Null clears ' +
    'name, description, instructions, tools, files and metadata; temperature, topP and responseFormat it puts back ' +
    'to their defaults. The model cannot be cleared.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'A global id, or a REST id such as `asst_abc`.' }),
    model: t.string({ description: 'The model that answers, as upstream names it.' }),
    ...assistantFields(t),
  }),
});

function assistantFields(t: InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>) {
  return {
    name: t.string({ description: 'What people call it, up to 256 characters.' }),
    description: t.string({ description: 'What it is for, up to 512 characters.' }),
    instructions: t.string({
      description: 'What the model is told ahead of every thread, up to 256,000 characters.',
    }),
    tools: t.field({
      type: [AssistantToolInput],
      description: 'What the model may use, 128 tools at most. This is the whole list, not an addition.',
    }),
    fileIds: t.stringList({
      description:
        'The REST ids of the files to attach, 20 at most. This is the whole list, not an addition.',
    }),
    ...samplingFields(t),
  };
}

const CreateAssistantFileInput = builder
  .inputRef<{ assistantId: string; fileId: string }>('CreateAssistantFileInput')
  .implement({
    description: 'Which file to attach to which assistant.',
    fields: (t) => ({
      assistantId: t.id({ required: true, description: 'A global id, or a REST id such as `asst_abc`.' }),
      fileId: t.string({
        required: true,
        description: 'The REST id of a file that was uploaded with the purpose `assistants`.',
      }),
    }),
  });

const CreateAssistantPayload = builder.objectRef<AssistantReference>('CreateAssistantPayload').implement({
  description: 'What createAssistant made.',
  fields: (t) => ({
    assistant: t.field({ type: Assistant, description: 'The new assistant.', resolve: (created) => created }),
    assistantEdge: t.field({
      type: AssistantEdge,
      description: 'The new assistant as an edge, to be put into a list that a client holds.',
      resolve: edgeOf,
    }),
  }),
});

const ModifyAssistantPayload = builder.objectRef<AssistantReference>('ModifyAssistantPayload').implement({
  description: 'What modifyAssistant changed.',
  fields: (t) => ({
    assistant: t.field({
      type: Assistant,
      description: 'The assistant as it is now.',
      resolve: (modified) => modified,
    }),
  }),
});

const DeleteAssistantPayload = builder.objectRef<AssistantReference>('DeleteAssistantPayload').implement({
  description: 'What deleteAssistant removed. Threads, messages and runs go on naming the assistant.',
  fields: (t) => ({ deletedId: deletedId(t) }),
});

const CreateAssistantFilePayload = builder
  .objectRef<AssistantFileReference>('CreateAssistantFilePayload')
  .implement({
    description: 'What createAssistantFile attached.',
    fields: (t) => ({
      assistantFile: t.field({
        type: AssistantFile,
        description: 'The attachment.',
        resolve: (created) => created,
      }),
    }),
  });

const DeleteAssistantFilePayload = builder
  .objectRef<AssistantFileReference>('DeleteAssistantFilePayload')
  .implement({
    description: 'What deleteAssistantFile detached. The file itself stays.',
    fields: (t) => ({
      deletedId: deletedId(t),
      assistant: t.field({
        type: Assistant,
        nullable: true,
        description: 'The assistant without the file. Null where it is gone.',
        resolve: assistantFileAssistant,
      }),
    }),
  });

builder.mutationFields((t) => ({
  createAssistant: t.field({
    type: CreateAssistantPayload,
    nullable: true,
    description: 'Creates an assistant.',
    args: inputArgument(t.arg, CreateAssistantInput),
    resolve: createAssistant,
  }),
  modifyAssistant: t.field({
    type: ModifyAssistantPayload,
    nullable: true,
    description: 'Changes an assistant. Runs that are under way keep what they began with.',
    args: inputArgument(t.arg, ModifyAssistantInput),
    resolve: modifyAssistant,
  }),
  deleteAssistant: t.field({
    type: DeleteAssistantPayload,
    nullable: true,
    description: 'Deletes an assistant for good.',
    args: inputArgument(t.arg, idInput('DeleteAssistantInput', 'Which assistant to delete.', 'a REST id')),
    resolve: deleteAssistant,
  }),
  createAssistantFile: t.field({
    type: CreateAssistantFilePayload,
    nullable: true,
    description: 'Attaches an uploaded file to an assistant.',
    args: inputArgument(t.arg, CreateAssistantFileInput),
    resolve: createAssistantFile,
  }),
  deleteAssistantFile: t.field({
    type: DeleteAssistantFilePayload,
    nullable: true,
    description: 'Detaches a file from an assistant.',
    args: inputArgument(
      t.arg,
      idInput(
        'DeleteAssistantFileInput',
        'Which attachment to undo.',
        'a REST path such as `asst_abc/file-def`',
      ),
    ),
    resolve: deleteAssistantFile,
  }),
}));
