import type { RunStepReference } from '../context.ts';
import { encodeGlobalId } from '../resolvers/global-id.ts';
import { linkedAssistant, linkedThread } from '../resolvers/links.ts';
import { own } from '../resolvers/object.ts';
import { runStepRun } from '../resolvers/run-step.ts';
import { Assistant } from './assistant.ts';
import { builder } from './builder.ts';
import { connectionTypes } from './connection.ts';
import { identity, Node } from './node.ts';
import { outputEnum } from './output-enum.ts';
import { Run } from './run.ts';
import { RunError, TokenUsage } from './run-parts.ts';
import { instant, optionalInstant } from './scalars.ts';
import { RunStepDetails, RunStepType } from './step-details.ts';
import { Thread } from './thread.ts';

const RunStepStatus = outputEnum('RunStepStatus', {
  description: 'How far a step has come.',
  values: {
    IN_PROGRESS: { description: 'It is under way.' },
    CANCELLED: { description: 'Its run was cancelled.' },
    FAILED: { description: 'It failed, and its run with it.' },
    COMPLETED: { description: 'It is done.' },
    EXPIRED: { description: 'Its run took longer than upstream lets a run take.' },
  },
});

export const RunStep = builder.objectRef<RunStepReference>('RunStep');
export const { connection: RunStepConnection } = connectionTypes('RunStep', RunStep, 'steps of a run');

RunStep.implement({
  description: 'One thing that a run did: write a message, or have tools called.',
  interfaces: [Node],
  fields: (t) => ({
    restId: t.exposeString('restId', {
      extensions: identity,
      description: "REST's own id, such as `step_abc`.",
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it began, to the second.',
      resolve: own((object) => instant(object.created_at)),
    }),
    runId: t.id({
      extensions: identity,
      description: 'The global id of the run.',
      resolve: ({ ids }) => encodeGlobalId('Run', [ids.thread_id, ids.run_id]),
    }),
    run: t.field({
      type: Run,
      nullable: true,
      extensions: identity,
      description: 'The run that did it. Null where that is gone.',
      resolve: runStepRun,
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
      description: 'The thread that it was done on. Null where that is gone.',
      resolve: linkedThread,
    }),
    assistantId: t.id({
      nullable: true,
      description: 'The global id of the assistant. Null where upstream does not say.',
      resolve: own(({ assistant_id }) => assistant_id && encodeGlobalId('Assistant', [assistant_id])),
    }),
    assistant: t.field({
      type: Assistant,
      nullable: true,
      description: 'The assistant that did it. Null where it is gone, or upstream does not say.',
      resolve: linkedAssistant,
    }),
    type: t.field({
      type: RunStepType.type,
      description: 'Which kind of step.',
      resolve: own((object) => RunStepType.from(object.type)),
    }),
    status: t.field({
      type: RunStepStatus.type,
      description: 'How far it has come.',
      resolve: own((object) => RunStepStatus.from(object.status)),
    }),
    details: t.field({
      type: RunStepDetails,
      description: 'What it did.',
      resolve: own((object, step) => ({ details: object.step_details, step })),
    }),
    lastError: t.field({
      type: RunError,
      nullable: true,
      description: 'Why it failed. Null where nothing went wrong.',
      resolve: own((object) => object.last_error),
    }),
    expiredAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its run expired, to the second. Null where that did not happen.',
      resolve: own((object) => optionalInstant(object.expired_at)),
    }),
    cancelledAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was cancelled, to the second. Null where it was not.',
      resolve: own((object) => optionalInstant(object.cancelled_at)),
    }),
    failedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it failed, to the second. Null where it did not.',
      resolve: own((object) => optionalInstant(object.failed_at)),
    }),
    completedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was done, to the second. Null where it is not.',
      resolve: own((object) => optionalInstant(object.completed_at)),
    }),
    metadata: t.field({
      type: 'Metadata',
      description: 'Notes on it. Empty where there are none.',
      resolve: own((object) => object.metadata),
    }),
    usage: t.field({
      type: TokenUsage,
      nullable: true,
      description: 'What it cost. Null while it is under way.',
      resolve: own((object) => object.usage),
    }),
  }),
});
