import { cost } from '../fields/cost.ts';
import {
  type DeliveredEvent,
  eventMessage,
  eventRun,
  eventStep,
  messageGlobalId,
  stepGlobalId,
} from '../resolvers/run-event.ts';
import type { WatchErrorEvent, RunEvent as WireEvent } from '../runs/events.ts';
import { builder } from './builder.ts';
import { Message, MessageStatus } from './message.ts';
import { MessageContent, TextAnnotation } from './message-content.ts';
import { Run } from './run.ts';
import { RunStatus } from './run-parts.ts';
import { RunStep, RunStepStatus } from './run-step.ts';
import { toDate } from './scalars.ts';
import { ToolCallDelta } from './tool-call-delta.ts';

const eventTypeNames = {
  'run.status': 'RunStatusChanged',
  'step.changed': 'RunStepChanged',
  'step.delta': 'RunStepDelta',
  'message.changed': 'MessageChanged',
  'message.delta': 'MessageDelta',
  'message.content': 'MessageContentChanged',
  'watch.error': 'RunWatchError',
  reset: 'RunEventsReset',
} as const satisfies Record<WireEvent['type'], string>;

export const RunEvent = builder.interfaceRef<DeliveredEvent>('RunEvent').implement({
  description:
    'Something that happened in a run. Scalar fields are as of the event; linked objects are the newest that the ' +
    'server knows, never older than in an earlier event.',
  resolveType: ({ event }) => eventTypeNames[event.type],
  fields: (t) => ({
    cursor: t.exposeString('cursor', {
      description: 'Position of the event. Pass it as `after` to continue after this event.',
    }),
  }),
});

/** The object type of one kind of event. */
function eventRef<Type extends keyof typeof eventTypeNames>(type: Type) {
  return builder.objectRef<DeliveredEvent<Extract<WireEvent, { type: Type }>>>(eventTypeNames[type]);
}

eventRef('run.status').implement({
  description: 'The run has a new status.',
  interfaces: [RunEvent],
  fields: (t) => ({
    status: t.field({
      type: RunStatus.type,
      description: 'The new status.',
      resolve: ({ event }) => RunStatus.from(event.status),
    }),
    at: t.field({
      type: 'DateTime',
      description: 'When the status changed, to the second if the REST API reports it.',
      resolve: ({ event }) => toDate(event.at),
    }),
    run: t.field({
      type: Run,
      nullable: true,
      extensions: cost.inHand,
      description: 'The run.',
      resolve: eventRun,
    }),
  }),
});

eventRef('step.changed').implement({
  description: 'A step started or its status changed.',
  interfaces: [RunEvent],
  fields: (t) => ({
    stepId: t.id({
      description: 'Global ID of the step.',
      resolve: (delivered) => stepGlobalId(delivered, delivered.event.step.id),
    }),
    stepStatus: t.field({
      type: RunStepStatus.type,
      description: 'The new status.',
      resolve: ({ event }) => RunStepStatus.from(event.step.status),
    }),
    step: t.field({
      type: RunStep,
      nullable: true,
      extensions: cost.inHand,
      description: 'The step.',
      resolve: eventStep,
    }),
  }),
});

eventRef('step.delta').implement({
  description: 'More of the tool calls of a step.',
  interfaces: [RunEvent],
  fields: (t) => ({
    stepId: t.id({
      description: 'Global ID of the step.',
      resolve: (delivered) => stepGlobalId(delivered, delivered.event.step_id),
    }),
    toolCalls: t.field({
      type: [ToolCallDelta],
      description: 'The tool calls that changed.',
      resolve: ({ event }) => event.tool_calls,
    }),
  }),
});

eventRef('message.changed').implement({
  description: 'A message started, or ended complete or incomplete.',
  interfaces: [RunEvent],
  fields: (t) => ({
    messageId: t.id({
      description: 'Global ID of the message.',
      resolve: (delivered) => messageGlobalId(delivered, delivered.event.message.id),
    }),
    messageStatus: t.field({
      type: MessageStatus.type,
      nullable: true,
      description: 'The new status. Null if the REST API does not report it.',
      resolve: ({ event }) => MessageStatus.fromOptional(event.message.status),
    }),
    message: t.field({
      type: Message,
      nullable: true,
      extensions: cost.inHand,
      description: 'The message, with the text received so far.',
      resolve: eventMessage,
    }),
  }),
});

eventRef('message.delta').implement({
  description:
    'More text of a message. `text = text.slice(0, offset) + piece` gives the new text of the part; applying an event ' +
    'twice does no harm.',
  interfaces: [RunEvent],
  fields: (t) => ({
    messageId: t.id({
      description: 'Global ID of the message.',
      resolve: (delivered) => messageGlobalId(delivered, delivered.event.message_id),
    }),
    index: t.int({
      description: 'Index of the part in `content` of the message.',
      resolve: ({ event }) => event.index,
    }),
    offset: t.int({
      description: 'Where the piece begins in the text of the part, in UTF-16 code units.',
      resolve: ({ event }) => event.offset,
    }),
    text: t.string({
      description: 'The piece: everything from `offset` on.',
      resolve: ({ event }) => event.text,
    }),
    annotations: t.field({
      type: [TextAnnotation],
      description: 'New annotations of the part.',
      resolve: ({ event }) => event.annotations,
    }),
  }),
});

eventRef('message.content').implement({
  description: 'A message has a part that is not text, such as an image.',
  interfaces: [RunEvent],
  fields: (t) => ({
    messageId: t.id({
      description: 'Global ID of the message.',
      resolve: (delivered) => messageGlobalId(delivered, delivered.event.message_id),
    }),
    index: t.int({
      description: 'Index of the part in `content` of the message.',
      resolve: ({ event }) => event.index,
    }),
    content: t.field({
      type: MessageContent,
      description: 'The complete part.',
      resolve: ({ event }) => event.content,
    }),
  }),
});

eventRef('reset').implement({
  description:
    'Events before this one are no longer available. Discard everything known about the run: the events that follow ' +
    'rebuild it.',
  interfaces: [RunEvent],
  fields: (t) => ({
    run: t.field({
      type: Run,
      nullable: true,
      extensions: cost.inHand,
      description: 'The run.',
      resolve: eventRun,
    }),
  }),
});

const RunEventError = builder.objectRef<WatchErrorEvent>('RunEventError').implement({
  description: 'Why following a run failed.',
  fields: (t) => ({
    code: t.exposeString('code', {
      description:
        'Error code, as in `extensions.code` of a GraphQL error. For example `UPSTREAM_UNAVAILABLE`.',
    }),
    message: t.exposeString('message', { description: 'Message for developers.' }),
    requestId: t.exposeString('request_id', {
      nullable: true,
      description: 'Request ID from the REST API. Null if there was none.',
    }),
  }),
});

eventRef('watch.error').implement({
  description: 'Following the run failed, or the REST API reported an error. The run itself may continue.',
  interfaces: [RunEvent],
  fields: (t) => ({
    error: t.field({ type: RunEventError, description: 'The error.', resolve: ({ event }) => event }),
    willContinue: t.boolean({
      description: 'Whether more events follow. If false, this is the last event.',
      resolve: ({ event }) => event.will_continue,
    }),
  }),
});
