/** The inputs of the mutations of runs. */
import type { InputFieldBuilder } from '@pothos/core';
import type {
  CreateRunInput as CreateRunInputShape,
  CreateThreadAndRunInput as CreateThreadAndRunInputShape,
  SubmitToolOutputsInput,
  ToolChoiceInput as ToolChoiceInputShape,
  TruncationStrategyInput as TruncationStrategyInputShape,
} from '../../resolvers/input/run.ts';
import { limits } from '../../rest/limits.ts';
import { builder } from '../builder.ts';
import { formatNumber } from '../descriptions.ts';
import { onActiveRunField } from './active-run.ts';
import { idInput, metadataInput } from './by-id.ts';
import { CreateThreadInput, ThreadMessageInput } from './message.ts';
import { AssistantToolInput, BuiltInTool, samplingFields } from './tool.ts';

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

function streamField(t: InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>) {
  return t.boolean({
    description:
      'Whether the server reads the run from a stream, so that `runEvents` delivers its text as it is written. If false, ' +
      'it polls. If true or omitted, the server decides: it polls if the REST API does not stream, or too many streams are ' +
      'open.',
  });
}

export const CreateRunInput = builder.inputRef<CreateRunInputShape>('CreateRunInput').implement({
  description: 'Input of `createRun`.',
  fields: (t) => ({
    threadId: t.id({
      required: true,
      description: 'The thread to run on: global ID, or REST ID such as `thread_abc`.',
    }),
    onActiveRun: onActiveRunField(t),
    stream: streamField(t),
    additionalInstructions: t.string({
      description:
        `Text to append to the instructions of this run: up to ${formatNumber(limits.instructions)} ` +
        'characters.',
    }),
    additionalMessages: t.field({
      type: [ThreadMessageInput],
      description: `Messages to add to the thread before the run starts, in order, at most ${limits.messages}.`,
    }),
    ...runFields(t),
  }),
});

export const CreateThreadAndRunInput = builder
  .inputRef<CreateThreadAndRunInputShape>('CreateThreadAndRunInput')
  .implement({
    description: 'Input of `createThreadAndRun`.',
    fields: (t) => ({
      thread: t.field({
        type: CreateThreadInput,
        description: 'The new thread. Null or omitted for an empty thread.',
      }),
      stream: streamField(t),
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

export const SubmitToolOutputsToRunInput = builder
  .inputRef<SubmitToolOutputsInput>('SubmitToolOutputsToRunInput')
  .implement({
    description: 'Input of `submitToolOutputsToRun`.',
    fields: (t) => ({
      id: t.id({ required: true, description: `The run: global ID, or ${RUN_PATH}.` }),
      toolOutputs: t.field({
        type: [ToolOutputInput],
        required: true,
        description:
          'One output for each call in `requiredAction`. All outputs must be in one request, at most ' +
          `${limits.toolOutputs}.`,
      }),
      stream: streamField(t),
    }),
  });

export const ModifyRunInput = metadataInput('modifyRun', RUN_PATH);
export const CancelRunInput = idInput('cancelRun', RUN_PATH);
