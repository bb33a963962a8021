import { cost, identity } from '../fields/cost.ts';
import type { Reference } from '../loaders/reference.ts';
import { encodeGlobalId } from '../resolvers/global-id.ts';
import { messageFileMessage } from '../resolvers/message.ts';
import { own } from '../resolvers/object.ts';
import { builder } from './builder.ts';
import { connectionTypes } from './connection.ts';
import { Message } from './message.ts';
import { Node } from './node.ts';
import { toDate } from './scalars.ts';

export const MessageFile = builder.objectRef<Reference<'MessageFile'>>('MessageFile');
export const { connection: MessageFileConnection } = connectionTypes(
  'MessageFile',
  MessageFile,
  'message files',
);

MessageFile.implement({
  description: 'A file attached to a message.',
  interfaces: [Node],
  fields: (t) => ({
    restId: t.exposeString('restId', {
      extensions: identity,
      description:
        'REST ID of the file, for example `file-abc`. The same file can be attached to several assistants and ' +
        'messages.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the file was attached, to the second.',
      resolve: own((object) => toDate(object.created_at)),
    }),
    messageId: t.id({
      extensions: identity,
      description: 'Global ID of the message.',
      resolve: ({ ids }) => encodeGlobalId('Message', [ids.thread_id, ids.message_id]),
    }),
    message: t.field({
      type: Message,
      nullable: true,
      extensions: cost.owner('Message'),
      description: 'The message that the file is attached to. Null if it no longer exists.',
      resolve: messageFileMessage,
    }),
  }),
});
