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
import { builder } from './builder.ts';
import { idInput, inputArgument, metadataInput } from './mutation.ts';
import { Run, RunEdge } from './run.ts';
import { CreateThreadInput, ThreadMessageInput } from './thread-mutation.ts';
import { AssistantToolInput, BuiltInTool, samplingFields } from './tool-input.ts';

const RUN_PATH = 'a REST path such as `thread_abc/run_def`';

const TruncationTypeInput = builder.enumType('TruncationTypeInput', {
  description: 'How a thread that is too long is to be cut.',
  values: {
    AUTO: { value: 'auto', description: 'Upstream leaves out messages from the middle until the rest fits.' },
    LAST_MESSAGES: { value: 'last_messages', description: 'Only the newest messages count.' },
  },
});

const TruncationStrategyInput = builder
  .inputRef<TruncationStrategyInputShape>('TruncationStrategyInput')
  .implement({
    description: 'How much of a long thread the model gets to read.',
    fields: (t) => ({
      type: t.field({ type: TruncationTypeInput, required: true, description: 'How it is cut.' }),
      lastMessages: t.int({
        description: 'With LAST_MESSAGES, how many of the newest messages count: 1 or more. Not with AUTO.',
      }),
    }),
  });

const ToolChoiceModeInput = builder.enumType('ToolChoiceModeInput', {
  description: 'Whether a model may use its tools.',
  values: {
    NONE: { value: 'none', description: 'It must not use any.' },
    AUTO: { value: 'auto', description: 'It decides.' },
  },
});

const ToolChoiceInput = builder.inputRef<ToolChoiceInputShape>('ToolChoiceInput').implement({
  isOneOf: true,
  description: 'Whether the model may use its tools, or the one tool that it must use.',
  fields: (t) => ({
    mode: t.field({ type: ToolChoiceModeInput, description: 'Whether it may.' }),
    builtIn: t.field({ type: BuiltInTool, description: 'The tool of upstream that it must use.' }),
    functionName: t.string({ description: 'The function of yours that it must call.' }),
  }),
});

function runFields(t: InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>) {
  return {
    assistantId: t.id({
      required: true,
      description: 'The assistant to set to work: a global id, or a REST id such as `asst_abc`.',
    }),
    model: t.string({ description: "The model for this run, in place of the assistant's." }),
    instructions: t.string({
      description:
        "What the model is told for this run, in place of the assistant's instructions: up to 256,000 characters.",
    }),
    tools: t.field({
      type: [AssistantToolInput],
      description: "The tools for this run, 20 at most: null or left out for the assistant's, [] for none.",
    }),
    maxPromptTokens: t.int({
      description:
        'The budget for what the model reads in all its rounds, 256 at least. Left out for no bound.',
    }),
    maxCompletionTokens: t.int({
      description:
        'The budget for what the model writes in all its rounds, 256 at least. Left out for no bound.',
    }),
    truncationStrategy: t.field({
      type: TruncationStrategyInput,
      description: 'How much of a long thread the model gets to read. AUTO if left out.',
    }),
    toolChoice: t.field({
      type: ToolChoiceInput,
      description: 'Whether the model may use its tools, or the one that it must. AUTO if left out.',
    }),
    ...samplingFields(t),
  };
}

const CreateRunInput = builder.inputRef<CreateRunInputShape>('CreateRunInput').implement({
  description: 'Which assistant is to work on which thread, and what is different about it this time.',
  fields: (t) => ({
    threadId: t.id({
      required: true,
      description: 'The thread to work on: a global id, or a REST id such as `thread_abc`.',
    }),
    additionalInstructions: t.string({
      description: 'What the model is told on top of its instructions, up to 256,000 characters.',
    }),
    additionalMessages: t.field({
      type: [ThreadMessageInput],
      description: 'Messages to add to the thread first, in their order.',
    }),
    ...runFields(t),
  }),
});

const CreateThreadAndRunInput = builder
  .inputRef<CreateThreadAndRunInputShape>('CreateThreadAndRunInput')
  .implement({
    description: 'How a new thread begins, and which assistant is to work on it.',
    fields: (t) => ({
      thread: t.field({ type: CreateThreadInput, description: 'The new thread. Left out, it is empty.' }),
      ...runFields(t),
    }),
  });

const ToolOutputInput = builder
  .inputRef<SubmitToolOutputsInput['toolOutputs'][number]>('ToolOutputInput')
  .implement({
    description: 'What came of one tool call.',
    fields: (t) => ({
      toolCallId: t.string({ required: true, description: 'The toolCallId of the call in requiredAction.' }),
      output: t.string({ required: true, description: 'What the model gets to read of it. May be empty.' }),
    }),
  });

const SubmitToolOutputsToRunInput = builder
  .inputRef<SubmitToolOutputsInput>('SubmitToolOutputsToRunInput')
  .implement({
    description: 'The outputs that a run waits for.',
    fields: (t) => ({
      id: t.id({ required: true, description: `The run: a global id, or ${RUN_PATH}.` }),
      toolOutputs: t.field({
        type: [ToolOutputInput],
        required: true,
        description: 'One output for each call in requiredAction, all of them at once.',
      }),
    }),
  });

const CreateRunPayload = builder.objectRef<RunReference>('CreateRunPayload').implement({
  description: 'What createRun began.',
  fields: (t) => ({
    run: t.field({ type: Run, description: 'The new run.', resolve: (created) => created }),
    runEdge: t.field({
      type: RunEdge,
      description: 'The new run as an edge, to be put into a list that a client holds.',
      resolve: edgeOf,
    }),
  }),
});

/** A payload that is a run and nothing else. */
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
      'Sets an assistant to work on a thread, which is locked until the run has ended. Fails with ACTIVE_RUN while ' +
      'another run of the thread is live.',
    args: inputArgument(t.arg, CreateRunInput),
    resolve: createRun,
  }),
  createThreadAndRun: t.field({
    type: runPayload(
      'CreateThreadAndRunPayload',
      'What createThreadAndRun began.',
      'The new run; it knows its thread.',
    ),
    nullable: true,
    description: 'Creates a thread and sets an assistant to work on it, in one go.',
    args: inputArgument(t.arg, CreateThreadAndRunInput),
    resolve: createThreadAndRun,
  }),
  modifyRun: t.field({
    type: runPayload('ModifyRunPayload', 'What modifyRun changed.', 'The run as it is now.'),
    nullable: true,
    description: 'Changes the metadata of a run.',
    args: inputArgument(t.arg, metadataInput('ModifyRunInput', 'Which run to change, and how.', RUN_PATH)),
    resolve: modifyRun,
  }),
  cancelRun: t.field({
    type: runPayload(
      'CancelRunPayload',
      'What cancelRun stopped.',
      'The run, most likely CANCELLING for a while.',
    ),
    nullable: true,
    description: 'Tells a live run to stop. What it has written so far stays.',
    args: inputArgument(t.arg, idInput('CancelRunInput', 'Which run to stop.', RUN_PATH)),
    resolve: cancelRun,
  }),
  submitToolOutputsToRun: t.field({
    type: runPayload(
      'SubmitToolOutputsToRunPayload',
      'What submitToolOutputsToRun went on with.',
      'The run, on its way again.',
    ),
    nullable: true,
    description: 'Hands a run that is in REQUIRES_ACTION the outputs that it waits for.',
    args: inputArgument(t.arg, SubmitToolOutputsToRunInput),
    resolve: submitToolOutputsToRun,
  }),
}));
