import { cost } from '../fields/cost.ts';
import type { Reference } from '../loaders/reference.ts';
import { edgeOf } from '../resolvers/connection.ts';
import { createMessage, modifyMessage } from '../resolvers/message.ts';
import { createThread, deleteThread, modifyThread } from '../resolvers/thread.ts';
import { builder } from './builder.ts';
import {
  CreateMessageInput,
  CreateThreadInput,
  DeleteThreadInput,
  ModifyMessageInput,
  ModifyThreadInput,
} from './input/message.ts';
import { Message, MessageEdge } from './message.ts';
import { deletedId, inputArgument, threadOfWritten } from './mutation.ts';
import { Thread } from './thread.ts';

const CreateThreadPayload = builder.objectRef<Reference<'Thread'>>('CreateThreadPayload').implement({
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

const ModifyThreadPayload = builder.objectRef<Reference<'Thread'>>('ModifyThreadPayload').implement({
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

const DeleteThreadPayload = builder.objectRef<Reference<'Thread'>>('DeleteThreadPayload').implement({
  description: 'Payload of `deleteThread`.',
  fields: (t) => ({ deletedId: deletedId(t) }),
});

const CreateMessagePayload = builder.objectRef<Reference<'Message'>>('CreateMessagePayload').implement({
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
    thread: threadOfWritten(t),
  }),
});

const ModifyMessagePayload = builder.objectRef<Reference<'Message'>>('ModifyMessagePayload').implement({
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
    args: inputArgument(t.arg, ModifyThreadInput),
    resolve: modifyThread,
  }),
  deleteThread: t.field({
    type: DeleteThreadPayload,
    nullable: true,
    extensions: cost.write('deleteThread'),
    description: 'Permanently deletes a thread with its messages, runs and steps.',
    args: inputArgument(t.arg, DeleteThreadInput),
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
    args: inputArgument(t.arg, ModifyMessageInput),
    resolve: modifyMessage,
  }),
}));
