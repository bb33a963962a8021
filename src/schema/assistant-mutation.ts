import { cost } from '../fields/cost.ts';
import type { Reference } from '../loaders/reference.ts';
import {
  createAssistant,
  createAssistantFile,
  deleteAssistant,
  deleteAssistantFile,
  modifyAssistant,
} from '../resolvers/assistant.ts';
import { assistantFileAssistant } from '../resolvers/assistant-file.ts';
import { edgeOf } from '../resolvers/connection.ts';
import { Assistant, AssistantEdge } from './assistant.ts';
import { AssistantFile } from './assistant-file.ts';
import { builder } from './builder.ts';
import {
  CreateAssistantFileInput,
  CreateAssistantInput,
  DeleteAssistantFileInput,
  DeleteAssistantInput,
  ModifyAssistantInput,
} from './input/assistant.ts';
import { deletedId, inputArgument } from './mutation.ts';

const CreateAssistantPayload = builder.objectRef<Reference<'Assistant'>>('CreateAssistantPayload').implement({
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

const ModifyAssistantPayload = builder.objectRef<Reference<'Assistant'>>('ModifyAssistantPayload').implement({
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

const DeleteAssistantPayload = builder.objectRef<Reference<'Assistant'>>('DeleteAssistantPayload').implement({
  description: 'Payload of `deleteAssistant`.',
  fields: (t) => ({ deletedId: deletedId(t) }),
});

const CreateAssistantFilePayload = builder
  .objectRef<Reference<'AssistantFile'>>('CreateAssistantFilePayload')
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
  .objectRef<Reference<'AssistantFile'>>('DeleteAssistantFilePayload')
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
    args: inputArgument(t.arg, DeleteAssistantInput),
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
    args: inputArgument(t.arg, DeleteAssistantFileInput),
    resolve: deleteAssistantFile,
  }),
}));
