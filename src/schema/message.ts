import { cost, identity } from '../fields/cost.ts';
import type { Reference } from '../loaders/reference.ts';
import { encodeGlobalId } from '../resolvers/global-id.ts';
import { linkedAssistant, linkedThread } from '../resolvers/links.ts';
import { messageFile, messageFiles, messageRun, messageText } from '../resolvers/message.ts';
import { own } from '../resolvers/object.ts';
import { limits } from '../rest/limits.ts';
import { Assistant } from './assistant.ts';
import { builder } from './builder.ts';
import { connectionArguments, connectionTypes } from './connection.ts';
import { METADATA } from './descriptions.ts';
import { MessageContent } from './message-content.ts';
import { MessageFile, MessageFileConnection } from './message-file.ts';
import { Node } from './node.ts';
import { outputEnum } from './output-enum.ts';
import { Run } from './run.ts';
import { toDate, toOptionalDate } from './scalars.ts';
import { Thread } from './thread.ts';

const MessageRole = outputEnum('MessageRole', {
  description: 'Role of a message author.',
  values: { USER: { description: 'A user.' }, ASSISTANT: { description: 'An assistant.' } },
});

export const MessageStatus = outputEnum('MessageStatus', {
  description: 'Status of a message.',
  values: {
    IN_PROGRESS: { description: 'The message is being written.' },
    INCOMPLETE: { description: 'Writing stopped early. The content written so far is kept.' },
    COMPLETED: { description: 'The message is complete.' },
  },
});

const MessageIncompleteReason = outputEnum('MessageIncompleteReason', {
  description: 'Why a message is incomplete.',
  values: {
    CONTENT_FILTER: { description: 'A content filter stopped the message.' },
    MAX_TOKENS: { description: 'The run reached a token limit.' },
    RUN_CANCELLED: { description: 'The run was cancelled.' },
    RUN_EXPIRED: { description: 'The run expired.' },
    RUN_FAILED: { description: 'The run failed.' },
  },
});

export const Message = builder.objectRef<Reference<'Message'>>('Message');
export const { connection: MessageConnection, edge: MessageEdge } = connectionTypes(
  'Message',
  Message,
  'messages',
);

Message.implement({
  description: 'A message in a thread.',
  interfaces: [Node],
  fields: (t) => ({
    restId: t.exposeString('restId', {
      extensions: identity,
      description: 'REST ID, for example `msg_abc`.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the message was created, to the second.',
      resolve: own((object) => toDate(object.created_at)),
    }),
    status: t.field({
      type: MessageStatus.type,
      nullable: true,
      description: 'Status of the message. Null if the REST API does not report it.',
      resolve: own((object) => MessageStatus.fromOptional(object.status)),
    }),
    incompleteReason: t.field({
      type: MessageIncompleteReason.type,
      nullable: true,
      description: 'Why the message is incomplete. Null if it is not incomplete.',
      resolve: own((object) => MessageIncompleteReason.fromOptional(object.incomplete_details?.reason)),
    }),
    completedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the message was completed, to the second. Null if it is not complete, or if the REST API does not ' +
        'report it.',
      resolve: own((object) => toOptionalDate(object.completed_at)),
    }),
    incompleteAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the message became incomplete, to the second. Null if it is not incomplete.',
      resolve: own((object) => toOptionalDate(object.incomplete_at)),
    }),
    role: t.field({
      type: MessageRole.type,
      description: 'Role of the message author.',
      resolve: own((object) => MessageRole.from(object.role)),
    }),
    content: t.field({
      type: [MessageContent],
      description: 'Parts of the message, in order.',
      resolve: own((object) => object.content),
    }),
    text: t.string({
      description: 'Text of all parts, separated by blank lines. Empty if the message has no text.',
      resolve: own(messageText),
    }),
    metadata: t.field({
      type: 'Metadata',
      description: `${METADATA} Empty if there are none.`,
      resolve: own((object) => object.metadata),
    }),
    threadId: t.id({
      extensions: identity,
      description: 'Global ID of the thread.',
      resolve: ({ ids }) => encodeGlobalId('Thread', [ids.thread_id]),
    }),
    thread: t.field({
      type: Thread,
      nullable: true,
      extensions: cost.owner('Thread'),
      description: 'The thread that contains the message. Null if it no longer exists.',
      resolve: linkedThread,
    }),
    assistantId: t.id({
      nullable: true,
      description: 'Global ID of the assistant that wrote the message. Null if no assistant wrote it.',
      resolve: own(({ assistant_id }) => assistant_id && encodeGlobalId('Assistant', [assistant_id])),
    }),
    assistant: t.field({
      type: Assistant,
      nullable: true,
      extensions: cost.link('Assistant'),
      description:
        'The assistant that wrote the message. Null if no assistant wrote it, or if the assistant no longer ' +
        'exists.',
      resolve: linkedAssistant,
    }),
    runId: t.id({
      nullable: true,
      description: 'Global ID of the run that wrote the message. Null if no run wrote it.',
      resolve: own(({ run_id }, { ids }) => run_id && encodeGlobalId('Run', [ids.thread_id, run_id])),
    }),
    run: t.field({
      type: Run,
      nullable: true,
      extensions: cost.link('Run'),
      description: 'The run that wrote the message. Null if no run wrote it, or if the run no longer exists.',
      resolve: messageRun,
    }),
    fileIds: t.stringList({
      description: `REST IDs of the attached files, at most ${limits.messageFiles}. Empty if the REST API does not report them.`,
      resolve: own((object) => object.file_ids ?? []),
    }),
    file: t.field({
      type: MessageFile,
      nullable: true,
      extensions: cost.lookUp('MessageFile'),
      description: 'An attached file. Null, with a `NOT_FOUND` error, if it is not attached.',
      args: { id: t.arg.id({ required: true, description: 'Global ID, or REST ID of the file.' }) },
      resolve: messageFile,
    }),
    files: t.field({
      type: MessageFileConnection,
      nullable: true,
      extensions: cost.list('MessageFile'),
      description: 'Attached files.',
      args: connectionArguments(t.arg),
      resolve: messageFiles,
    }),
  }),
});
