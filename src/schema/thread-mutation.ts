import type { InputFieldBuilder } from '@pothos/core';
import type { MessageReference, ThreadReference } from '../context.ts';
import { cost } from '../fields/cost.ts';
import { edgeOf } from '../resolvers/connection.ts';
import { createMessage, modifyMessage } from '../resolvers/message.ts';
import type {
  CreateMessageInput as CreateMessageInputShape,
  CreateThreadInput as CreateThreadInputShape,
  ThreadMessageInput as ThreadMessageInputShape,
} from '../resolvers/message-input.ts';
import { createThread, deleteThread, modifyThread } from '../resolvers/thread.ts';
import { limits } from '../rest/limits.ts';
import { builder } from './builder.ts';
import { formatNumber, METADATA } from './descriptions.ts';
import { onActiveRunField } from './input/active-run.ts';
import { Message, MessageEdge } from './message.ts';
import { deletedId, idInput, inputArgument, metadataInput } from './mutation.ts';
import { Thread } from './thread.ts';

const MessageRoleInput = builder.enumType('MessageRoleInput', {
  description: 'Role of a message author.',
  values: {
    USER: { value: 'user', description: 'A user.' },
    ASSISTANT: {
      value: 'assistant',
      description: 'An assistant, for a message that you write on its behalf.',
    },
  },
});

export const ThreadMessageInput = builder.inputRef<ThreadMessageInputShape>('ThreadMessageInput').implement({
  description: 'A message to add to a thread.',
  fields: (t) => messageFields(t),
});

function messageFields(t: InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>) {
  return {
    role: t.field({
      type: MessageRoleInput,
      defaultValue: 'user',
      description: 'Role of the message author.',
    }),
    content: t.string({
      required: true,
      description: `Text of the message, 1 to ${formatNumber(limits.messageContent)} characters.`,
    }),
    fileIds: t.stringList({
      description: `REST IDs of the files to attach, at most ${limits.messageFiles}.`,
    }),
    metadata: t.field({ type: 'Metadata', description: METADATA }),
  };
}

export const CreateThreadInput = builder.inputRef<CreateThreadInputShape>('CreateThreadInput').implement({
  description: 'A new thread.',
  fields: (t) => ({
    messages: t.field({ type: [ThreadMessageInput], description: 'Initial messages, in order.' }),
    metadata: t.field({ type: 'Metadata', description: METADATA }),
  }),
});

const CreateMessageInput = builder.inputRef<CreateMessageInputShape>('CreateMessageInput').implement({
  description: 'Input of `createMessage`.',
  fields: (t) => ({
    threadId: t.id({ required: true, description: 'Global ID, or REST ID such as `thread_abc`.' }),
    onActiveRun: onActiveRunField(t),
    ...messageFields(t),
  }),
});

const CreateThreadPayload = builder.objectRef<ThreadReference>('CreateThreadPayload').implement({
  description: 'Payload of `createThread`.',
  fields: (t) => ({
    thread: t.field({
      type: Thread,
      extensions: cost.inHand,
      description: 'The new thread. The REST API cannot list threads, so store its ID.',
      resolve: (created) => created,
    }),
  }),
});

const ModifyThreadPayload = builder.objectRef<ThreadReference>('ModifyThreadPayload').implement({
  description: 'Payload of `modifyThread`.',
  fields: (t) => ({
    thread: t.field({
      type: Thread,
      extensions: cost.inHand,
      description: 'The updated thread.',
      resolve: (modified) => modified,
    }),
  }),
});

const DeleteThreadPayload = builder.objectRef<ThreadReference>('DeleteThreadPayload').implement({
  description: 'Payload of `deleteThread`.',
  fields: (t) => ({ deletedId: deletedId(t) }),
});

const CreateMessagePayload = builder.objectRef<MessageReference>('CreateMessagePayload').implement({
  description: 'Payload of `createMessage`.',
  fields: (t) => ({
    message: t.field({
      type: Message,
      extensions: cost.inHand,
      description: 'The new message.',
      resolve: (created) => created,
    }),
    messageEdge: t.field({
      type: MessageEdge,
      extensions: cost.inHand,
      description: 'The new message as an edge, to add to a cached connection.',
      resolve: edgeOf,
    }),
  }),
});

const ModifyMessagePayload = builder.objectRef<MessageReference>('ModifyMessagePayload').implement({
  description: 'Payload of `modifyMessage`.',
  fields: (t) => ({
    message: t.field({
      type: Message,
      extensions: cost.inHand,
      description: 'The updated message.',
      resolve: (modified) => modified,
    }),
  }),
});

builder.mutationFields((t) => ({
  createThread: t.field({
    type: CreateThreadPayload,
    nullable: true,
    extensions: cost.write('createThread'),
    description: 'Creates a thread, empty or with initial messages.',
    args: {
      input: t.arg({
        type: CreateThreadInput,
        required: true,
        defaultValue: {},
        description: 'Mutation input.',
      }),
    },
    resolve: createThread,
  }),
  modifyThread: t.field({
    type: ModifyThreadPayload,
    nullable: true,
    extensions: cost.write('modifyThread'),
    description: 'Updates the metadata of a thread.',
    args: inputArgument(
      t.arg,
      metadataInput('ModifyThreadInput', 'Input of `modifyThread`.', 'REST ID such as `thread_abc`'),
    ),
    resolve: modifyThread,
  }),
  deleteThread: t.field({
    type: DeleteThreadPayload,
    nullable: true,
    extensions: cost.write('deleteThread'),
    description: 'Permanently deletes a thread with its messages, runs and steps.',
    args: inputArgument(
      t.arg,
      idInput('DeleteThreadInput', 'Input of `deleteThread`.', 'REST ID such as `thread_abc`'),
    ),
    resolve: deleteThread,
  }),
  createMessage: t.field({
    type: CreateMessagePayload,
    nullable: true,
    extensions: cost.write('createMessage'),
    description: 'Adds a message to a thread. Fails with `ACTIVE_RUN` if a run is active on the thread.',
    args: inputArgument(t.arg, CreateMessageInput),
    resolve: createMessage,
  }),
  modifyMessage: t.field({
    type: ModifyMessagePayload,
    nullable: true,
    extensions: cost.write('modifyMessage'),
    description: 'Updates the metadata of a message. The content cannot be changed.',
    args: inputArgument(
      t.arg,
      metadataInput(
        'ModifyMessageInput',
        'Input of `modifyMessage`.',
        'REST path such as `thread_abc/msg_def`',
      ),
    ),
    resolve: modifyMessage,
  }),
}));
