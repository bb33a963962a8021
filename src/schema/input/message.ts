/** The inputs of the mutations of threads and messages. */
import type { InputFieldBuilder } from '@pothos/core';
import type {
  CreateMessageInput as CreateMessageInputShape,
  CreateThreadInput as CreateThreadInputShape,
  ThreadMessageInput as ThreadMessageInputShape,
} from '../../resolvers/input/message.ts';
import { limits } from '../../rest/limits.ts';
import { builder } from '../builder.ts';
import { formatNumber, METADATA } from '../descriptions.ts';
import { onActiveRunField } from './active-run.ts';
import { idInput, metadataInput } from './by-id.ts';

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
    messages: t.field({
      type: [ThreadMessageInput],
      description: `Initial messages, in order, at most ${limits.messages}.`,
    }),
    metadata: t.field({ type: 'Metadata', description: METADATA }),
  }),
});

export const CreateMessageInput = builder.inputRef<CreateMessageInputShape>('CreateMessageInput').implement({
  description: 'Input of `createMessage`.',
  fields: (t) => ({
    threadId: t.id({ required: true, description: 'Global ID, or REST ID such as `thread_abc`.' }),
    onActiveRun: onActiveRunField(t),
    ...messageFields(t),
  }),
});

export const ModifyThreadInput = metadataInput('modifyThread', 'REST ID such as `thread_abc`');
export const DeleteThreadInput = idInput('deleteThread', 'REST ID such as `thread_abc`');
export const ModifyMessageInput = metadataInput('modifyMessage', 'REST path such as `thread_abc/msg_def`');
