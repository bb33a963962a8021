import { encodeGlobalId } from '../resolvers/global-id.ts';
import { type DetailsOf, stepMessage } from '../resolvers/run-step.ts';
import type { StepDetails } from '../rest/wire/run.ts';
import { builder } from './builder.ts';
import { Message } from './message.ts';
import { outputEnum } from './output-enum.ts';
import { ToolCall } from './tool-call.ts';
import { unknownFields } from './unknown-part.ts';

export const RunStepType = outputEnum('RunStepType', {
  description: 'The kinds of steps.',
  values: {
    MESSAGE_CREATION: { description: 'A message was written.' },
    TOOL_CALLS: { description: 'Tools were called, in one round.' },
  },
});

const typeNames = {
  message_creation: 'MessageCreationDetails',
  tool_calls: 'ToolCallsDetails',
  unknown: 'UnknownStepDetails',
} as const;

export const RunStepDetails = builder.interfaceRef<DetailsOf<StepDetails>>('RunStepDetails').implement({
  description: 'What a step did.',
  resolveType: ({ details }) => typeNames[details.type],
  fields: (t) => ({
    type: t.field({
      type: RunStepType.type,
      description: 'Which kind of step.',
      resolve: ({ details }) => RunStepType.from(details.type),
    }),
  }),
});

builder
  .objectRef<DetailsOf<Extract<StepDetails, { type: 'message_creation' }>>>('MessageCreationDetails')
  .implement({
    description: 'A message was written.',
    interfaces: [RunStepDetails],
    fields: (t) => ({
      messageId: t.id({
        description: 'The global id of the message.',
        resolve: ({ step, details }) =>
          encodeGlobalId('Message', [step.ids.thread_id, details.message_creation.message_id]),
      }),
      message: t.field({
        type: Message,
        nullable: true,
        description: 'The message. Null where it is gone.',
        resolve: stepMessage,
      }),
    }),
  });

builder.objectRef<DetailsOf<Extract<StepDetails, { type: 'tool_calls' }>>>('ToolCallsDetails').implement({
  description: 'Tools were called.',
  interfaces: [RunStepDetails],
  fields: (t) => ({
    toolCalls: t.field({
      type: [ToolCall],
      description: 'The calls of this round.',
      resolve: ({ details }) => details.tool_calls,
    }),
  }),
});

builder.objectRef<DetailsOf<Extract<StepDetails, { type: 'unknown' }>>>('UnknownStepDetails').implement({
  description: 'Something that this version of the graph does not know was done.',
  interfaces: [RunStepDetails],
  fields: (t) => unknownFields(t, ({ details }) => details),
});
