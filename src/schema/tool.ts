import type { Tool } from '../rest/wire/assistant.ts';
import type { UnknownPart } from '../rest/wire/scalars.ts';
import { builder } from './builder.ts';
import { outputEnum } from './output-enum.ts';
import { unknownFields } from './unknown-part.ts';

export const ToolType = outputEnum('ToolType', {
  description: 'The kinds of tools.',
  values: {
    CODE_INTERPRETER: { description: 'Runs code in a sandbox upstream.' },
    RETRIEVAL: { description: 'Searches the attached files.' },
    FUNCTION: { description: 'A function of yours: the run waits until you submit its output.' },
  },
});

const typeNames = {
  code_interpreter: 'CodeInterpreterTool',
  retrieval: 'RetrievalTool',
  function: 'FunctionTool',
  unknown: 'UnknownTool',
} as const;

export const AssistantTool = builder.interfaceRef<Tool>('AssistantTool').implement({
  description: 'Something that the model may use while it answers.',
  resolveType: (tool) => typeNames[tool.type],
  fields: (t) => ({
    type: t.field({
      type: ToolType.type,
      description: 'Which kind of tool.',
      resolve: (tool) => ToolType.from(tool.type),
    }),
  }),
});

builder.objectRef<Extract<Tool, { type: 'code_interpreter' }>>('CodeInterpreterTool').implement({
  description: 'The model may write code and have it run upstream.',
  interfaces: [AssistantTool],
});

builder.objectRef<Extract<Tool, { type: 'retrieval' }>>('RetrievalTool').implement({
  description: 'The model may search the files of the assistant and of the messages.',
  interfaces: [AssistantTool],
});

builder.objectRef<Extract<Tool, { type: 'function' }>>('FunctionTool').implement({
  description: 'The model may ask for a call to a function of yours.',
  interfaces: [AssistantTool],
  fields: (t) => ({
    name: t.string({
      description: 'What the model calls it by.',
      resolve: (tool) => tool.function.name,
    }),
    description: t.string({
      nullable: true,
      description: 'What it is for, as told to the model. Null where nothing was told.',
      resolve: (tool) => tool.function.description,
    }),
    parameters: t.field({
      type: 'JSONObject',
      nullable: true,
      description: 'The JSON Schema of its arguments. Null for a function without any.',
      resolve: (tool) => tool.function.parameters,
    }),
  }),
});

builder.objectRef<UnknownPart>('UnknownTool').implement({
  description: 'A tool of a kind that this version of the graph does not know.',
  interfaces: [AssistantTool],
  fields: (t) => unknownFields(t, (tool) => tool),
});
