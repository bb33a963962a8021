import type { InputFieldBuilder } from '@pothos/core';
import type {
  AssistantToolInput as AssistantToolInputShape,
  FunctionToolInput as FunctionToolInputShape,
  ResponseFormatInput as ResponseFormatInputShape,
} from '../../resolvers/input/tool.ts';
import { limits } from '../../rest/limits.ts';
import { builder } from '../builder.ts';
import { METADATA, TEMPERATURE, TOP_P } from '../descriptions.ts';

export const BuiltInTool = builder.enumType('BuiltInTool', {
  description: 'A tool built into the REST API.',
  values: {
    CODE_INTERPRETER: { value: 'code_interpreter', description: 'Runs code in a sandbox.' },
    RETRIEVAL: { value: 'retrieval', description: 'Searches the attached files.' },
  },
});

const FunctionToolInput = builder.inputRef<FunctionToolInputShape>('FunctionToolInput').implement({
  description: 'A function that your application runs when the model requests it.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: `Name of the function: 1 to ${limits.functionName} letters, digits, underscores or dashes.`,
    }),
    description: t.string({
      description: 'What the function does. The model uses this to decide when to call it.',
    }),
    parameters: t.field({
      type: 'JSONObject',
      description: 'JSON Schema of the arguments. Null or omitted if the function takes none.',
    }),
  }),
});

export const AssistantToolInput = builder.inputRef<AssistantToolInputShape>('AssistantToolInput').implement({
  isOneOf: true,
  description: 'A tool. Set exactly one field.',
  fields: (t) => ({
    builtIn: t.field({ type: BuiltInTool, description: 'A built-in tool.' }),
    function: t.field({ type: FunctionToolInput, description: 'A function that your application runs.' }),
  }),
});

const ResponseFormatModeInput = builder.enumType('ResponseFormatModeInput', {
  description: 'Output format to request from a model.',
  values: {
    NONE: { value: 'none', description: 'Request no format.' },
    AUTO: { value: 'auto', description: 'Let the model choose the format.' },
    TEXT: { value: 'text', description: 'Plain text.' },
    JSON_OBJECT: {
      value: 'json_object',
      description:
        'One JSON object. Also ask for JSON in the instructions, or the model may never stop generating.',
    },
  },
});

const ResponseFormatInput = builder.inputRef<ResponseFormatInputShape>('ResponseFormatInput').implement({
  isOneOf: true,
  description: 'Output format of the model.',
  fields: (t) => ({
    mode: t.field({ type: ResponseFormatModeInput, description: 'Name of the format.' }),
  }),
});

/** Input fields that assistants and runs share. */
export function samplingFields(t: InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>) {
  return {
    temperature: t.float({
      description: `${TEMPERATURE} Null for the default.`,
    }),
    topP: t.float({
      description: `${TOP_P} Null for the default.`,
    }),
    responseFormat: t.field({
      type: ResponseFormatInput,
      description: 'Output format of the model. Null for the default.',
    }),
    metadata: t.field({ type: 'Metadata', description: METADATA }),
  };
}
