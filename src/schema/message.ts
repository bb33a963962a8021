import type { MessageReference } from '../context.ts';
import { encodeGlobalId } from '../resolvers/global-id.ts';
import { linkedAssistant, linkedThread } from '../resolvers/links.ts';
import { messageFile, messageFiles, messageRun, messageText } from '../resolvers/message.ts';
import { own } from '../resolvers/object.ts';
import { Assistant } from './assistant.ts';
import { builder } from './builder.ts';
import { connectionArguments, connectionTypes } from './connection.ts';
import { MessageContent } from './message-content.ts';
import { MessageFile, MessageFileConnection } from './message-file.ts';
import { identity, Node } from './node.ts';
import { outputEnum } from './output-enum.ts';
import { Run } from './run.ts';
import { instant, optionalInstant } from './scalars.ts';
import { Thread } from './thread.ts';

const MessageRole = outputEnum('MessageRole', {
  description: 'Who speaks.',
  values: { USER: { description: 'A person.' }, ASSISTANT: { description: 'An assistant.' } },
});

const MessageStatus = outputEnum('MessageStatus', {
  description: 'How far a message has come.',
  values: {
    IN_PROGRESS: { description: 'It is being written.' },
    INCOMPLETE: { description: 'Its writing was broken off, and what there is stays.' },
    COMPLETED: { description: 'It is all there.' },
  },
});

const MessageIncompleteReason = outputEnum('MessageIncompleteReason', {
  description: 'Why the writing of a message was broken off.',
  values: {
    CONTENT_FILTER: { description: 'A filter of upstream objected to what was being written.' },
    MAX_TOKENS: { description: "The run's budget of tokens was used up." },
    RUN_CANCELLED: { description: 'The run was cancelled.' },
    RUN_EXPIRED: { description: 'The run took longer than it may.' },
    RUN_FAILED: { description: 'The run failed.' },
  },
});

export const Message = builder.objectRef<MessageReference>('Message');
export const { connection: MessageConnection, edge: MessageEdge } = connectionTypes(
  'Message',
  Message,
  'messages',
);

Message.implement({
  description: 'Something that was said in a thread.',
  interfaces: [Node],
  fields: (t) => ({
    restId: t.exposeString('restId', {
      extensions: identity,
      description: "REST's own id, such as `msg_abc`.",
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was created, to the second.',
      resolve: own((object) => instant(object.created_at)),
    }),
    status: t.field({
      type: MessageStatus.type,
      nullable: true,
      description: 'How far it has come. Null where upstream says nothing of it.',
      resolve: own((object) => MessageStatus.fromOptional(object.status)),
    }),
    incompleteReason: t.field({
      type: MessageIncompleteReason.type,
      nullable: true,
      description: 'Why it is incomplete. Null where it is not.',
      resolve: own((object) => MessageIncompleteReason.fromOptional(object.incomplete_details?.reason)),
    }),
    completedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was complete, to the second. Null where it is not, or upstream does not say.',
      resolve: own((object) => optionalInstant(object.completed_at)),
    }),
    incompleteAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its writing was broken off, to the second. Null where it was not.',
      resolve: own((object) => optionalInstant(object.incomplete_at)),
    }),
    role: t.field({
      type: MessageRole.type,
      description: 'Who speaks.',
      resolve: own((object) => MessageRole.from(object.role)),
    }),
    content: t.field({
      type: [MessageContent],
      description: 'What is said, part by part.',
      resolve: own((object) => object.content),
    }),
    text: t.string({
      description:
        'The text of all parts, joined by a blank line: what a chat shows. Empty where there is none.',
      resolve: own(messageText),
    }),
    metadata: t.field({
      type: 'Metadata',
      description: 'Your own notes. Empty where there are none.',
      resolve: own((object) => object.metadata),
    }),
    threadId: t.id({
      extensions: identity,
      description: 'The global id of the thread.',
      resolve: ({ ids }) => encodeGlobalId('Thread', [ids.thread_id]),
    }),
    thread: t.field({
      type: Thread,
      nullable: true,
      extensions: identity,
      description: 'The thread that it was said in. Null where that is gone.',
      resolve: linkedThread,
    }),
    assistantId: t.id({
      nullable: true,
      description: "The global id of the assistant that wrote it. Null for a user's message.",
      resolve: own(({ assistant_id }) => assistant_id && encodeGlobalId('Assistant', [assistant_id])),
    }),
    assistant: t.field({
      type: Assistant,
      nullable: true,
      description: "The assistant that wrote it. Null for a user's message, and where the assistant is gone.",
      resolve: linkedAssistant,
    }),
    runId: t.id({
      nullable: true,
      description: 'The global id of the run that wrote it. Null where no run did.',
      resolve: own(({ run_id }, { ids }) => run_id && encodeGlobalId('Run', [ids.thread_id, run_id])),
    }),
    run: t.field({
      type: Run,
      nullable: true,
      description: 'The run that wrote it. Null where no run did, and where the run is gone.',
      resolve: messageRun,
    }),
    fileIds: t.stringList({
      description: 'The REST ids of the attached files, 10 at most.',
      resolve: own((object) => object.file_ids ?? []),
    }),
    file: t.field({
      type: MessageFile,
      nullable: true,
      description: 'One attached file. Null, with a NOT_FOUND error, where it is not attached.',
      args: { id: t.arg.id({ required: true, description: 'A global id, or the REST id of the file.' }) },
      resolve: messageFile,
    }),
    files: t.field({
      type: MessageFileConnection,
      nullable: true,
      description: 'The attached files.',
      args: connectionArguments(t.arg),
      resolve: messageFiles,
    }),
  }),
});
