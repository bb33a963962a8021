import { cost, identity } from '../fields/cost.ts';
import type { Reference } from '../loaders/reference.ts';
import { encodeGlobalId } from '../resolvers/global-id.ts';
import { linkedAssistant, linkedThread } from '../resolvers/links.ts';
import { own } from '../resolvers/object.ts';
import { runStepRun } from '../resolvers/run-step.ts';
import { Assistant } from './assistant.ts';
import { builder } from './builder.ts';
import { connectionTypes } from './connection.ts';
import { METADATA } from './descriptions.ts';
import { Node } from './node.ts';
import { outputEnum } from './output-enum.ts';
import { Run } from './run.ts';
import { RunError, TokenUsage } from './run-parts.ts';
import { toDate, toOptionalDate } from './scalars.ts';
import { RunStepDetails, RunStepType } from './step-details.ts';
import { Thread } from './thread.ts';

export const RunStepStatus = outputEnum('RunStepStatus', {
  description: 'Status of a step.',
  values: {
    IN_PROGRESS: { description: 'The step is in progress.' },
    CANCELLED: { description: 'The run was cancelled during the step.' },
    FAILED: { description: 'The step failed, and the run with it.' },
    COMPLETED: { description: 'The step is complete.' },
    EXPIRED: { description: 'The run expired during the step.' },
  },
});

export const RunStep = builder.objectRef<Reference<'RunStep'>>('RunStep');
export const { connection: RunStepConnection } = connectionTypes('RunStep', RunStep, 'run steps');

RunStep.implement({
  description: 'A step of a run: a message, or a round of tool calls.',
  interfaces: [Node],
  fields: (t) => ({
    restId: t.exposeString('restId', {
      extensions: identity,
      description: 'REST ID, for example `step_abc`.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the step started, to the second.',
      resolve: own((object) => toDate(object.created_at)),
    }),
    runId: t.id({
      extensions: identity,
      description: 'Global ID of the run.',
      resolve: ({ ids }) => encodeGlobalId('Run', [ids.thread_id, ids.run_id]),
    }),
    run: t.field({
      type: Run,
      nullable: true,
      extensions: cost.owner('Run'),
      description: 'The run that the step belongs to. Null if it no longer exists.',
      resolve: runStepRun,
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
      description: 'The thread that the run works on. Null if it no longer exists.',
      resolve: linkedThread,
    }),
    assistantId: t.id({
      nullable: true,
      description: 'Global ID of the assistant. Null if the REST API does not report it.',
      resolve: own(({ assistant_id }) => assistant_id && encodeGlobalId('Assistant', [assistant_id])),
    }),
    assistant: t.field({
      type: Assistant,
      nullable: true,
      extensions: cost.link('Assistant'),
      description:
        'The assistant of the run. Null if it no longer exists, or if the REST API does not report it.',
      resolve: linkedAssistant,
    }),
    type: t.field({
      type: RunStepType.type,
      description: 'Type of the step.',
      resolve: own((object) => RunStepType.from(object.type)),
    }),
    status: t.field({
      type: RunStepStatus.type,
      description: 'Status of the step.',
      resolve: own((object) => RunStepStatus.from(object.status)),
    }),
    details: t.field({
      type: RunStepDetails,
      extensions: cost.inHand,
      description: 'What the step did: the message that it created, or its tool calls.',
      resolve: own((object, step) => ({ details: object.step_details, step })),
    }),
    lastError: t.field({
      type: RunError,
      nullable: true,
      description: 'Error that made the step fail. Null if there is none.',
      resolve: own((object) => object.last_error),
    }),
    expiredAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the run expired, to the second. Null if it did not expire during the step.',
      resolve: own((object) => toOptionalDate(object.expired_at)),
    }),
    cancelledAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the step was cancelled, to the second. Null if it was not cancelled.',
      resolve: own((object) => toOptionalDate(object.cancelled_at)),
    }),
    failedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the step failed, to the second. Null if it did not fail.',
      resolve: own((object) => toOptionalDate(object.failed_at)),
    }),
    completedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the step completed, to the second. Null if it did not complete.',
      resolve: own((object) => toOptionalDate(object.completed_at)),
    }),
    metadata: t.field({
      type: 'Metadata',
      description: `${METADATA} Empty if there are none.`,
      resolve: own((object) => object.metadata),
    }),
    usage: t.field({
      type: TokenUsage,
      nullable: true,
      description: 'Tokens used by the step. Null until the step ends.',
      resolve: own((object) => object.usage),
    }),
  }),
});
