import type { InputFieldBuilder } from '@pothos/core';
import type { RunReference } from '../context.ts';
import { edgeOf } from '../resolvers/connection.ts';
import {
  cancelRun,
  createRun,
  createThreadAndRun,
  modifyRun,
  type SubmitToolOutputsInput,
  submitToolOutputsToRun,
} from '../resolvers/run.ts';
import type {
  CreateRunInput as CreateRunInputShape,
  CreateThreadAndRunInput as CreateThreadAndRunInputShape,
  ToolChoiceInput as ToolChoiceInputShape,
  TruncationStrategyInput as TruncationStrategyInputShape,
} from '../resolvers/run-input.ts';
import { limits } from '../rest/limits.ts';
import { builder } from './builder.ts';
import { formatNumber } from './descriptions.ts';
import { idInput, inputArgument, metadataInput } from './mutation.ts';
import { Run, RunEdge } from './run.ts';
import { CreateThreadInput, ThreadMessageInput } from './thread-mutation.ts';
import { AssistantToolInput, BuiltInTool, samplingFields } from './tool-input.ts';

const RUN_PATH = 'REST path such as `thread_abc/run_def`';

const TruncationTypeInput = builder.enumType('TruncationTypeInput', {
  description: 'How to shorten a long thread for the model.',
  values: {
    AUTO: {
      value: 'auto',
      description: "Drop messages from the middle of the thread until the rest fits the model's context.",
    },
    LAST_MESSAGES: { value: 'last_messages', description: 'Keep only the newest messages.' },
  },
});

const TruncationStrategyInput = builder
  .inputRef<TruncationStrategyInputShape>('TruncationStrategyInput')
  .implement({
    description: 'Which messages of the thread the model receives.',
    fields: (t) => ({
      type: t.field({ type: TruncationTypeInput, required: true, description: 'How to shorten the thread.' }),
      lastMessages: t.int({
        description:
          'Number of newest messages to keep, at least 1. Required with `LAST_MESSAGES`, not allowed with `AUTO`.',
      }),
    }),
  });

const ToolChoiceModeInput = builder.enumType('ToolChoiceModeInput', {
  description: 'Whether a model can use tools.',
  values: {
    NONE: { value: 'none', description: 'The model must not use tools.' },
    AUTO: { value: 'auto', description: 'The model decides.' },
  },
});

const ToolChoiceInput = builder.inputRef<ToolChoiceInputShape>('ToolChoiceInput').implement({
  isOneOf: true,
  description: 'Which tools the model can or must use. Set exactly one field.',
  fields: (t) => ({
    mode: t.field({ type: ToolChoiceModeInput, description: 'Whether the model can use its tools.' }),
    builtIn: t.field({ type: BuiltInTool, description: 'The built-in tool that the model must use.' }),
    functionName: t.string({ description: 'Name of the function that the model must call.' }),
  }),
});

function runFields(t: InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>) {
  return {
    assistantId: t.id({
      required: true,
      description: 'The assistant to run: global ID, or REST ID such as `asst_abc`.',
    }),
    model: t.string({ description: "Model for this run. Null or omitted for the assistant's model." }),
    instructions: t.string({
      description:
        `Instructions for this run, in place of the assistant's: up to ${formatNumber(limits.instructions)} ` +
        'characters.',
    }),
    tools: t.field({
      type: [AssistantToolInput],
      description:
        `Tools for this run, at most ${limits.runTools}. Null or omitted for the assistant's tools, an empty ` +
        'list for none.',
    }),
    maxPromptTokens: t.int({
      description:
        `Maximum number of prompt tokens in the whole run, at least ${limits.minTokenBudget}. Null or omitted ` +
        'for no limit.',
    }),
    maxCompletionTokens: t.int({
      description:
        `Maximum number of completion tokens in the whole run, at least ${limits.minTokenBudget}. Null or ` +
        'omitted for no limit.',
    }),
    truncationStrategy: t.field({
      type: TruncationStrategyInput,
      description: 'Which messages of the thread the model receives. Null or omitted for `AUTO`.',
    }),
    toolChoice: t.field({
      type: ToolChoiceInput,
      description: 'Which tools the model can or must use. Null or omitted for `AUTO`.',
    }),
    ...samplingFields(t),
  };
}

const CreateRunInput = builder.inputRef<CreateRunInputShape>('CreateRunInput').implement({
  description: 'Input of `createRun`.',
  fields: (t) => ({
    threadId: t.id({
      required: true,
      description: 'The thread to run on: global ID, or REST ID such as `thread_abc`.',
    }),
    additionalInstructions: t.string({
      description:
        `Text to append to the instructions of this run: up to ${formatNumber(limits.instructions)} ` +
        'characters.',
    }),
    additionalMessages: t.field({
      type: [ThreadMessageInput],
      description: 'Messages to add to the thread before the run starts, in order.',
    }),
    ...runFields(t),
  }),
});

const CreateThreadAndRunInput = builder
  .inputRef<CreateThreadAndRunInputShape>('CreateThreadAndRunInput')
  .implement({
    description: 'Input of `createThreadAndRun`.',
    fields: (t) => ({
      thread: t.field({
        type: CreateThreadInput,
        description: 'The new thread. Null or omitted for an empty thread.',
      }),
      ...runFields(t),
    }),
  });

const ToolOutputInput = builder
  .inputRef<SubmitToolOutputsInput['toolOutputs'][number]>('ToolOutputInput')
  .implement({
    description: 'Output of one tool call.',
    fields: (t) => ({
      toolCallId: t.string({
        required: true,
        description: 'The `toolCallId` of the call in `requiredAction`.',
      }),
      output: t.string({ required: true, description: 'Output for the model to read. Can be empty.' }),
    }),
  });

const SubmitToolOutputsToRunInput = builder
  .inputRef<SubmitToolOutputsInput>('SubmitToolOutputsToRunInput')
  .implement({
    description: 'Input of `submitToolOutputsToRun`.',
    fields: (t) => ({
      id: t.id({ required: true, description: `The run: global ID, or ${RUN_PATH}.` }),
      toolOutputs: t.field({
        type: [ToolOutputInput],
        required: true,
        description: 'One output for each call in `requiredAction`. All outputs must be in one request.',
      }),
    }),
  });

const CreateRunPayload = builder.objectRef<RunReference>('CreateRunPayload').implement({
  description: 'Payload of `createRun`.',
  fields: (t) => ({
    run: t.field({ type: Run, description: 'The new run.', resolve: (created) => created }),
    runEdge: t.field({
      type: RunEdge,
      description: 'The new run as an edge, to add to a cached connection.',
      resolve: edgeOf,
    }),
  }),
});

/** A payload type with the field `run` and nothing else. @param run the field's description */
function runPayload(name: string, description: string, run: string) {
  return builder.objectRef<RunReference>(name).implement({
    description,
    fields: (t) => ({ run: t.field({ type: Run, description: run, resolve: (reference) => reference }) }),
  });
}

builder.mutationFields((t) => ({
  createRun: t.field({
    type: CreateRunPayload,
    nullable: true,
    description:
      'Starts a run of an assistant on a thread. The thread is locked until the run ends. Fails with ' +
      '`ACTIVE_RUN` if another run is active on the thread.',
    args: inputArgument(t.arg, CreateRunInput),
    resolve: createRun,
  }),
  createThreadAndRun: t.field({
    type: runPayload(
      'CreateThreadAndRunPayload',
      'Payload of `createThreadAndRun`.',
      'The new run. Its `thread` is the new thread.',
    ),
    nullable: true,
    description: 'Creates a thread and starts a run on it.',
    args: inputArgument(t.arg, CreateThreadAndRunInput),
    resolve: createThreadAndRun,
  }),
  modifyRun: t.field({
    type: runPayload('ModifyRunPayload', 'Payload of `modifyRun`.', 'The updated run.'),
    nullable: true,
    description: 'Updates the metadata of a run.',
    args: inputArgument(t.arg, metadataInput('ModifyRunInput', 'Input of `modifyRun`.', RUN_PATH)),
    resolve: modifyRun,
  }),
  cancelRun: t.field({
    type: runPayload(
      'CancelRunPayload',
      'Payload of `cancelRun`.',
      'The run. Its status is usually `CANCELLING` at first.',
    ),
    nullable: true,
    description: 'Cancels an active run. Messages and steps written so far are kept.',
    args: inputArgument(t.arg, idInput('CancelRunInput', 'Input of `cancelRun`.', RUN_PATH)),
    resolve: cancelRun,
  }),
  submitToolOutputsToRun: t.field({
    type: runPayload(
      'SubmitToolOutputsToRunPayload',
      'Payload of `submitToolOutputsToRun`.',
      'The resumed run.',
    ),
    nullable: true,
    description: 'Submits the tool outputs that a run in `REQUIRES_ACTION` waits for.',
    args: inputArgument(t.arg, SubmitToolOutputsToRunInput),
    resolve: submitToolOutputsToRun,
  }),
}));
