import type { MessageFileReference } from '../context.ts';
import { encodeGlobalId } from '../resolvers/global-id.ts';
import { messageFileMessage } from '../resolvers/message.ts';
import { own } from '../resolvers/object.ts';
import { builder } from './builder.ts';
import { connectionTypes } from './connection.ts';
import { Message } from './message.ts';
import { identity, Node } from './node.ts';
import { instant } from './scalars.ts';

export const MessageFile = builder.objectRef<MessageFileReference>('MessageFile');
export const { connection: MessageFileConnection } = connectionTypes(
  'MessageFile',
  MessageFile,
  'files of a message',
);

MessageFile.implement({
  description: 'A file that is attached to a message.',
  interfaces: [Node],
  fields: (t) => ({
    restId: t.exposeString('restId', {
      extensions: identity,
      description:
        "REST's own id of the file, such as `file-abc`. The same file may be attached elsewhere too.",
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was attached, to the second.',
      resolve: own((object) => instant(object.created_at)),
    }),
    messageId: t.id({
      extensions: identity,
      description: 'The global id of the message.',
      resolve: ({ ids }) => encodeGlobalId('Message', [ids.thread_id, ids.message_id]),
    }),
    message: t.field({
      type: Message,
      nullable: true,
      extensions: identity,
      description: 'The message that the file is attached to. Null where it is gone.',
      resolve: messageFileMessage,
    }),
  }),
});
