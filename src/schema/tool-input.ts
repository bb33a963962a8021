import type { InputFieldBuilder } from '@pothos/core';
import type {
  AssistantToolInput as AssistantToolInputShape,
  FunctionToolInput as FunctionToolInputShape,
  ResponseFormatInput as ResponseFormatInputShape,
} from '../resolvers/tool-input.ts';
import { builder } from './builder.ts';

export const BuiltInTool = builder.enumType('BuiltInTool', {
  description: 'The tools that upstream itself brings.',
  values: {
    CODE_INTERPRETER: { value: 'code_interpreter', description: 'Runs code in a sandbox upstream.' },
    RETRIEVAL: { value: 'retrieval', description: 'Searches the attached files.' },
  },
});

const FunctionToolInput = builder.inputRef<FunctionToolInputShape>('FunctionToolInput').implement({
  description: 'A function of yours that the model may ask for.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: 'What the model calls it by: up to 64 letters, digits, underscores and dashes.',
    }),
    description: t.string({ description: 'What it is for: the model decides by this when to call it.' }),
    parameters: t.field({
      type: 'JSONObject',
      description: 'The JSON Schema of its arguments. Left out or null for a function without any.',
    }),
  }),
});

export const AssistantToolInput = builder.inputRef<AssistantToolInputShape>('AssistantToolInput').implement({
  isOneOf: true,
  description: 'One tool: either one that upstream brings, or a function of yours.',
  fields: (t) => ({
    builtIn: t.field({ type: BuiltInTool, description: 'A tool that upstream brings.' }),
    function: t.field({ type: FunctionToolInput, description: 'A function of yours.' }),
  }),
});

const ResponseFormatModeInput = builder.enumType('ResponseFormatModeInput', {
  description: 'The forms in which a model can be told to answer.',
  values: {
    NONE: { value: 'none', description: 'Ask for no form at all.' },
    AUTO: { value: 'auto', description: 'Let the model decide.' },
    TEXT: { value: 'text', description: 'Plain text.' },
    JSON_OBJECT: {
      value: 'json_object',
      description: 'One JSON object. Say so in the instructions too, or the model may never stop.',
    },
  },
});

const ResponseFormatInput = builder.inputRef<ResponseFormatInputShape>('ResponseFormatInput').implement({
  isOneOf: true,
  description: 'The form in which the model is to answer.',
  fields: (t) => ({
    mode: t.field({ type: ResponseFormatModeInput, description: 'One of the known forms.' }),
  }),
});

/** What assistants and runs have in common: how the model picks its words, and in what form it answers. */
export function samplingFields(t: InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>) {
  return {
    temperature: t.float({
      description: 'How freely the model picks its words, 0 to 2. Null or left out for the default.',
    }),
    topP: t.float({
      description:
        'The share of probability that the model picks its words from, 0 to 1. Null or left out for the default.',
    }),
    responseFormat: t.field({
      type: ResponseFormatInput,
      description: 'The form of the answers. Null or left out for the default.',
    }),
    metadata: t.field({ type: 'Metadata', description: 'Your own notes about it.' }),
  };
}
