import type { ThreadReference } from '../context.ts';
import { own } from '../resolvers/object.ts';
import {
  thread,
  threadActiveRun,
  threadMessage,
  threadMessages,
  threadRun,
  threadRuns,
} from '../resolvers/thread.ts';
import { builder } from './builder.ts';
import { connectionArguments } from './connection.ts';
import { Message, MessageConnection } from './message.ts';
import { identity, Node, notFoundBelow } from './node.ts';
import { Run, RunConnection } from './run.ts';
import { instant } from './scalars.ts';

export const Thread = builder.objectRef<ThreadReference>('Thread');

Thread.implement({
  description: 'A conversation: messages, and the runs of assistants that answered them.',
  interfaces: [Node],
  fields: (t) => ({
    restId: t.exposeString('restId', {
      extensions: identity,
      description: "REST's own id, such as `thread_abc`.",
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was created, to the second.',
      resolve: own((object) => instant(object.created_at)),
    }),
    metadata: t.field({
      type: 'Metadata',
      description: 'Your own notes. Empty where there are none.',
      resolve: own((object) => object.metadata),
    }),
    message: t.field({
      type: Message,
      nullable: true,
      description: `One message. Null, with a NOT_FOUND error, where the thread has no such message.${notFoundBelow}`,
      args: { id: t.arg.id({ required: true, description: 'A global id, or a REST id such as `msg_abc`.' }) },
      resolve: threadMessage,
    }),
    messages: t.field({
      type: MessageConnection,
      nullable: true,
      description: 'What was said, by users and by assistants.',
      args: {
        ...connectionArguments(t.arg),
        runId: t.arg.id({
          description: 'Keep only what this run wrote: a global id, or a REST id such as `run_abc`.',
        }),
      },
      resolve: threadMessages,
    }),
    run: t.field({
      type: Run,
      nullable: true,
      description: `One run. Null, with a NOT_FOUND error, where the thread has no such run.${notFoundBelow}`,
      args: { id: t.arg.id({ required: true, description: 'A global id, or a REST id such as `run_abc`.' }) },
      resolve: threadRun,
    }),
    activeRun: t.field({
      type: Run,
      nullable: true,
      description:
        'The run that has not ended yet, which keeps the thread locked: what a page follows after a reload. Null ' +
        'where none is under way.',
      resolve: threadActiveRun,
    }),
    runs: t.field({
      type: RunConnection,
      nullable: true,
      description: 'The runs of assistants on this thread.',
      args: connectionArguments(t.arg),
      resolve: threadRuns,
    }),
  }),
});

builder.queryFields((t) => ({
  thread: t.field({
    type: Thread,
    nullable: true,
    description: `One thread. Null, with a NOT_FOUND error, where there is none.${notFoundBelow} REST cannot list threads: keep the ids of yours.`,
    args: {
      id: t.arg.id({ required: true, description: 'A global id, or a REST id such as `thread_abc`.' }),
    },
    resolve: thread,
  }),
}));
