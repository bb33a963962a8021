import { cost } from '../fields/cost.ts';
import { encodeGlobalId } from '../resolvers/global-id.ts';
import { type DetailsOf, stepMessage } from '../resolvers/run-step.ts';
import type { StepDetails } from '../rest/wire/run.ts';
import { builder } from './builder.ts';
import { Message } from './message.ts';
import { outputEnum } from './output-enum.ts';
import { ToolCall } from './tool-call.ts';
import { unknownFields } from './unknown-part.ts';

export const RunStepType = outputEnum('RunStepType', {
  description: 'Type of a step.',
  values: {
    MESSAGE_CREATION: { description: 'A message was created.' },
    TOOL_CALLS: { description: 'Tools were called.' },
  },
});

const typeNames = {
  message_creation: 'MessageCreationDetails',
  tool_calls: 'ToolCallsDetails',
  unknown: 'UnknownStepDetails',
} as const;

export const RunStepDetails = builder.interfaceRef<DetailsOf<StepDetails>>('RunStepDetails').implement({
  description: 'Details of a step.',
  resolveType: ({ details }) => typeNames[details.type],
  fields: (t) => ({
    type: t.field({
      type: RunStepType.type,
      description: 'Type of the step.',
      resolve: ({ details }) => RunStepType.from(details.type),
    }),
  }),
});

builder
  .objectRef<DetailsOf<Extract<StepDetails, { type: 'message_creation' }>>>('MessageCreationDetails')
  .implement({
    description: 'A message that the step created.',
    interfaces: [RunStepDetails],
    fields: (t) => ({
      messageId: t.id({
        description: 'Global ID of the message.',
        resolve: ({ step, details }) =>
          encodeGlobalId('Message', [step.ids.thread_id, details.message_creation.message_id]),
      }),
      message: t.field({
        type: Message,
        nullable: true,
        extensions: cost.link('Message'),
        description: 'The message. Null if it no longer exists.',
        resolve: stepMessage,
      }),
    }),
  });

builder.objectRef<DetailsOf<Extract<StepDetails, { type: 'tool_calls' }>>>('ToolCallsDetails').implement({
  description: 'A round of tool calls.',
  interfaces: [RunStepDetails],
  fields: (t) => ({
    toolCalls: t.field({
      type: [ToolCall],
      description: 'Tool calls of the round.',
      resolve: ({ details }) => details.tool_calls,
    }),
  }),
});

builder.objectRef<DetailsOf<Extract<StepDetails, { type: 'unknown' }>>>('UnknownStepDetails').implement({
  description: 'Details of a type that this version of the schema does not recognize.',
  interfaces: [RunStepDetails],
  fields: (t) => unknownFields(t, ({ details }) => details),
});
