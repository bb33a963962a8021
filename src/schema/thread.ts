import { cost, identity } from '../fields/cost.ts';
import type { Reference } from '../loaders/reference.ts';
import { MAX_NODE_IDS } from '../resolvers/node.ts';
import { own } from '../resolvers/object.ts';
import {
  thread,
  threadActiveRun,
  threadMessage,
  threadMessages,
  threadRun,
  threadRuns,
  threads,
} from '../resolvers/thread.ts';
import { builder } from './builder.ts';
import { connectionArguments } from './connection.ts';
import { METADATA } from './descriptions.ts';
import { Message, MessageConnection } from './message.ts';
import { Node } from './node.ts';
import { Run, RunConnection } from './run.ts';
import { toDate } from './scalars.ts';

export const Thread = builder.objectRef<Reference<'Thread'>>('Thread');

Thread.implement({
  description: 'A conversation: messages, and the runs of assistants that answer them.',
  interfaces: [Node],
  fields: (t) => ({
    restId: t.exposeString('restId', {
      extensions: identity,
      description: 'REST ID, for example `thread_abc`.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the thread was created, to the second.',
      resolve: own((object) => toDate(object.created_at)),
    }),
    metadata: t.field({
      type: 'Metadata',
      description: `${METADATA} Empty if there are none.`,
      resolve: own((object) => object.metadata),
    }),
    message: t.field({
      type: Message,
      nullable: true,
      extensions: cost.lookUp('Message'),
      description:
        'The message with this ID. Null, with a `NOT_FOUND` error, if the thread does not contain ' + `it.`,
      args: { id: t.arg.id({ required: true, description: 'Global ID, or REST ID such as `msg_abc`.' }) },
      resolve: threadMessage,
    }),
    messages: t.field({
      type: MessageConnection,
      nullable: true,
      extensions: cost.list('Message', { runArgument: 'runId' }),
      description: 'Messages of users and assistants.',
      args: {
        ...connectionArguments(t.arg),
        runId: t.arg.id({
          description: 'Return only messages written by this run: global ID, or REST ID such as `run_abc`.',
        }),
      },
      resolve: threadMessages,
    }),
    run: t.field({
      type: Run,
      nullable: true,
      extensions: cost.lookUp('Run'),
      description:
        'The run with this ID. Null, with a `NOT_FOUND` error, if it does not exist in the ' + `thread.`,
      args: { id: t.arg.id({ required: true, description: 'Global ID, or REST ID such as `run_abc`.' }) },
      resolve: threadRun,
    }),
    activeRun: t.field({
      type: Run,
      nullable: true,
      extensions: cost.list('Run', {
        pageSize: 1,
        knownAfter: [
          'createMessage',
          'createRun',
          'createThreadAndRun',
          'cancelRun',
          'submitToolOutputsToRun',
        ],
      }),
      description:
        'The run that has not ended yet. Until it ends, the thread accepts no other run and no messages. Null if ' +
        'no run is active.',
      resolve: threadActiveRun,
    }),
    runs: t.field({
      type: RunConnection,
      nullable: true,
      extensions: cost.list('Run'),
      description: 'Runs on the thread.',
      args: connectionArguments(t.arg),
      resolve: threadRuns,
    }),
  }),
});

builder.queryFields((t) => ({
  thread: t.field({
    type: Thread,
    nullable: true,
    extensions: cost.lookUp('Thread'),
    description:
      `The thread with this ID. Null, with a \`NOT_FOUND\` error, if it does not exist. The REST ` +
      'API cannot list threads, so store their IDs.',
    args: {
      id: t.arg.id({ required: true, description: 'Global ID, or REST ID such as `thread_abc`.' }),
    },
    resolve: thread,
  }),
  threads: t.field({
    type: [Thread],
    nullable: { list: false, items: true },
    extensions: cost.lookUp('Thread', { argument: 'ids', max: MAX_NODE_IDS }),
    description:
      'The threads with these IDs, in the same order. An ID without a thread gives null in its position, and an ' +
      'error that names it.',
    args: {
      ids: t.arg.idList({ required: true, description: `Global IDs or REST IDs, at most ${MAX_NODE_IDS}.` }),
    },
    resolve: threads,
  }),
}));
