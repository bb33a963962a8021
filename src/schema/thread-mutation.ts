import type { InputFieldBuilder } from '@pothos/core';
import type { MessageReference, ThreadReference } from '../context.ts';
import { edgeOf } from '../resolvers/connection.ts';
import { createMessage, modifyMessage } from '../resolvers/message.ts';
import type {
  CreateMessageInput as CreateMessageInputShape,
  CreateThreadInput as CreateThreadInputShape,
  ThreadMessageInput as ThreadMessageInputShape,
} from '../resolvers/message-input.ts';
import { createThread, deleteThread, modifyThread } from '../resolvers/thread.ts';
import { builder } from './builder.ts';
import { Message, MessageEdge } from './message.ts';
import { deletedId, idInput, inputArgument, metadataInput } from './mutation.ts';
import { Thread } from './thread.ts';

const MessageRoleInput = builder.enumType('MessageRoleInput', {
  description: 'Who is to be seen as the speaker.',
  values: {
    USER: { value: 'user', description: 'A person: the usual case.' },
    ASSISTANT: { value: 'assistant', description: 'An assistant, whose words you put in yourself.' },
  },
});

export const ThreadMessageInput = builder.inputRef<ThreadMessageInputShape>('ThreadMessageInput').implement({
  description: 'A message for a thread.',
  fields: (t) => messageFields(t),
});

function messageFields(t: InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>) {
  return {
    role: t.field({ type: MessageRoleInput, defaultValue: 'user', description: 'Who speaks.' }),
    content: t.string({ required: true, description: 'What is said: 1 to 256,000 characters.' }),
    fileIds: t.stringList({ description: 'The REST ids of the files to attach, 10 at most.' }),
    metadata: t.field({ type: 'Metadata', description: 'Your own notes about it.' }),
  };
}

export const CreateThreadInput = builder.inputRef<CreateThreadInputShape>('CreateThreadInput').implement({
  description: 'How a new thread begins.',
  fields: (t) => ({
    messages: t.field({ type: [ThreadMessageInput], description: 'Its first messages, in their order.' }),
    metadata: t.field({ type: 'Metadata', description: 'Your own notes about it.' }),
  }),
});

const CreateMessageInput = builder.inputRef<CreateMessageInputShape>('CreateMessageInput').implement({
  description: 'What is to be said, and where.',
  fields: (t) => ({
    threadId: t.id({ required: true, description: 'A global id, or a REST id such as `thread_abc`.' }),
    ...messageFields(t),
  }),
});

const CreateThreadPayload = builder.objectRef<ThreadReference>('CreateThreadPayload').implement({
  description: 'What createThread made.',
  fields: (t) => ({
    thread: t.field({
      type: Thread,
      description: 'The new thread. Keep its id: REST cannot list threads.',
      resolve: (created) => created,
    }),
  }),
});

const ModifyThreadPayload = builder.objectRef<ThreadReference>('ModifyThreadPayload').implement({
  description: 'What modifyThread changed.',
  fields: (t) => ({
    thread: t.field({
      type: Thread,
      description: 'The thread as it is now.',
      resolve: (modified) => modified,
    }),
  }),
});

const DeleteThreadPayload = builder.objectRef<ThreadReference>('DeleteThreadPayload').implement({
  description: 'What deleteThread removed: the thread with its messages, runs and steps.',
  fields: (t) => ({ deletedId: deletedId(t) }),
});

const CreateMessagePayload = builder.objectRef<MessageReference>('CreateMessagePayload').implement({
  description: 'What createMessage made.',
  fields: (t) => ({
    message: t.field({ type: Message, description: 'The new message.', resolve: (created) => created }),
    messageEdge: t.field({
      type: MessageEdge,
      description: 'The new message as an edge, to be put into a list that a client holds.',
      resolve: edgeOf,
    }),
  }),
});

const ModifyMessagePayload = builder.objectRef<MessageReference>('ModifyMessagePayload').implement({
  description: 'What modifyMessage changed.',
  fields: (t) => ({
    message: t.field({
      type: Message,
      description: 'The message as it is now.',
      resolve: (modified) => modified,
    }),
  }),
});

builder.mutationFields((t) => ({
  createThread: t.field({
    type: CreateThreadPayload,
    nullable: true,
    description: 'Creates a thread, empty or with its first messages.',
    args: {
      input: t.arg({
        type: CreateThreadInput,
        required: true,
        defaultValue: {},
        description: 'What is to be done.',
      }),
    },
    resolve: createThread,
  }),
  modifyThread: t.field({
    type: ModifyThreadPayload,
    nullable: true,
    description: 'Changes the metadata of a thread.',
    args: inputArgument(
      t.arg,
      metadataInput(
        'ModifyThreadInput',
        'Which thread to change, and how.',
        'a REST id such as `thread_abc`',
      ),
    ),
    resolve: modifyThread,
  }),
  deleteThread: t.field({
    type: DeleteThreadPayload,
    nullable: true,
    description: 'Deletes a thread for good, with all that is in it.',
    args: inputArgument(
      t.arg,
      idInput('DeleteThreadInput', 'Which thread to delete.', 'a REST id such as `thread_abc`'),
    ),
    resolve: deleteThread,
  }),
  createMessage: t.field({
    type: CreateMessagePayload,
    nullable: true,
    description: 'Adds a message to a thread. Fails with ACTIVE_RUN while a run of the thread is live.',
    args: inputArgument(t.arg, CreateMessageInput),
    resolve: createMessage,
  }),
  modifyMessage: t.field({
    type: ModifyMessagePayload,
    nullable: true,
    description: 'Changes the metadata of a message. What was said stays said.',
    args: inputArgument(
      t.arg,
      metadataInput(
        'ModifyMessageInput',
        'Which message to change, and how.',
        'a REST path such as `thread_abc/msg_def`',
      ),
    ),
    resolve: modifyMessage,
  }),
}));
