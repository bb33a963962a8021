import type { Tool } from '../rest/wire/assistant.ts';
import type { UnknownPart } from '../rest/wire/scalars.ts';
import { builder } from './builder.ts';
import { outputEnum } from './output-enum.ts';
import { unknownFields } from './unknown-part.ts';

export const ToolType = outputEnum('ToolType', {
  description: 'Type of a tool.',
  values: {
    CODE_INTERPRETER: { description: 'Runs code in a sandbox.' },
    RETRIEVAL: { description: 'Searches the attached files.' },
    FUNCTION: {
      description: 'A function that your application runs. The run waits until you submit its output.',
    },
  },
});

const typeNames = {
  code_interpreter: 'CodeInterpreterTool',
  retrieval: 'RetrievalTool',
  function: 'FunctionTool',
  unknown: 'UnknownTool',
} as const;

export const AssistantTool = builder.interfaceRef<Tool>('AssistantTool').implement({
  description: 'A tool that the model can use.',
  resolveType: (tool) => typeNames[tool.type],
  fields: (t) => ({
    type: t.field({
      type: ToolType.type,
      description: 'Type of the tool.',
      resolve: (tool) => ToolType.from(tool.type),
    }),
  }),
});

builder.objectRef<Extract<Tool, { type: 'code_interpreter' }>>('CodeInterpreterTool').implement({
  description: 'Lets the model write code and run it in a sandbox.',
  interfaces: [AssistantTool],
});

builder.objectRef<Extract<Tool, { type: 'retrieval' }>>('RetrievalTool').implement({
  description: 'Lets the model search the files of the assistant and of the messages.',
  interfaces: [AssistantTool],
});

builder.objectRef<Extract<Tool, { type: 'function' }>>('FunctionTool').implement({
  description: 'Lets the model request a call to a function that your application runs.',
  interfaces: [AssistantTool],
  fields: (t) => ({
    name: t.string({
      description: 'Name of the function.',
      resolve: (tool) => tool.function.name,
    }),
    description: t.string({
      nullable: true,
      description: 'What the function does, as described to the model. Null if not set.',
      resolve: (tool) => tool.function.description,
    }),
    parameters: t.field({
      type: 'JSONObject',
      nullable: true,
      description: 'JSON Schema of the arguments. Null if the function takes none.',
      resolve: (tool) => tool.function.parameters,
    }),
  }),
});

builder.objectRef<UnknownPart>('UnknownTool').implement({
  description: 'A tool of a type that this version of the schema does not recognize.',
  interfaces: [AssistantTool],
  fields: (t) => unknownFields(t, (tool) => tool),
});
