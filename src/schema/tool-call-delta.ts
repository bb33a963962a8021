import type {
  CodeInterpreterCallDelta,
  FunctionCallDelta,
  RetrievalCallDelta,
  UnknownCallDelta,
  ToolCallDelta as WireDelta,
  CodeInterpreterOutputDelta as WireOutputDelta,
} from '../runs/events.ts';
import { builder } from './builder.ts';
import { ToolType } from './tool.ts';
import { CodeInterpreterOutputType } from './tool-call.ts';

const deltaTypeNames = {
  function: 'FunctionToolCallDelta',
  code_interpreter: 'CodeInterpreterToolCallDelta',
  retrieval: 'RetrievalToolCallDelta',
  unknown: 'UnknownToolCallDelta',
} as const satisfies Record<WireDelta['type'], string>;

export const ToolCallDelta = builder.interfaceRef<WireDelta>('ToolCallDelta').implement({
  description: 'More of a tool call, as the model generates it.',
  resolveType: ({ type }) => deltaTypeNames[type],
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Index of the call in `toolCalls` of the step.' }),
    type: t.field({
      type: ToolType.type,
      description: 'Type of the tool.',
      resolve: ({ type }) => ToolType.from(type),
    }),
    toolCallId: t.exposeString('id', {
      nullable: true,
      description: 'ID of the call. Null if the REST API has not sent it yet.',
    }),
  }),
});

builder.objectRef<FunctionCallDelta>('FunctionToolCallDelta').implement({
  description:
    'More of a function call. `arguments = arguments.slice(0, offset) + piece`; applying an event twice does no harm.',
  interfaces: [ToolCallDelta],
  fields: (t) => ({
    name: t.exposeString('name', {
      nullable: true,
      description: 'Name of the function. Null if the REST API has not sent it yet.',
    }),
    offset: t.exposeInt('offset', {
      description: 'Where the piece begins in the arguments, in UTF-16 code units.',
    }),
    arguments: t.exposeString('arguments', {
      nullable: true,
      description: 'The piece of the arguments, as JSON text. Null if the arguments did not change.',
    }),
    output: t.exposeString('output', {
      nullable: true,
      description: 'The submitted output, complete. Null if there is none yet.',
    }),
  }),
});

const CodeInterpreterOutputDelta = builder
  .objectRef<WireOutputDelta>('CodeInterpreterOutputDelta')
  .implement({
    description: 'More of an output of the code interpreter.',
    fields: (t) => ({
      index: t.exposeInt('index', { description: 'Index of the output in `outputs` of the call.' }),
      type: t.field({
        type: CodeInterpreterOutputType.type,
        description: 'Type of the output.',
        resolve: ({ type }) => CodeInterpreterOutputType.from(type),
      }),
      offset: t.int({
        description: 'Where the piece begins in the logs, in UTF-16 code units. 0 for an image.',
        resolve: (output) => (output.type === 'logs' ? output.offset : 0),
      }),
      logs: t.string({
        nullable: true,
        description: 'The piece of the logs. Null for an image.',
        resolve: (output) => (output.type === 'logs' ? output.logs : null),
      }),
      fileId: t.string({
        nullable: true,
        description: 'REST ID of the image file. Null for logs.',
        resolve: (output) => (output.type === 'image' ? output.file_id : null),
      }),
    }),
  });

builder.objectRef<CodeInterpreterCallDelta>('CodeInterpreterToolCallDelta').implement({
  description:
    'More of a call of the code interpreter. `input = input.slice(0, offset) + piece`; applying an event twice does no ' +
    'harm.',
  interfaces: [ToolCallDelta],
  fields: (t) => ({
    offset: t.exposeInt('offset', {
      description: 'Where the piece begins in the input, in UTF-16 code units.',
    }),
    input: t.exposeString('input', {
      nullable: true,
      description: 'The piece of the input: code. Null if the input did not change.',
    }),
    outputs: t.field({
      type: [CodeInterpreterOutputDelta],
      description: 'The outputs that changed.',
      resolve: ({ outputs }) => outputs,
    }),
  }),
});

builder.objectRef<RetrievalCallDelta>('RetrievalToolCallDelta').implement({
  description: 'A retrieval call.',
  interfaces: [ToolCallDelta],
  fields: (t) => ({
    retrieval: t.field({
      type: 'JSONObject',
      nullable: true,
      description: 'What the REST API reports of the retrieval. Null if it has not sent it yet.',
      resolve: ({ retrieval }) => retrieval,
    }),
  }),
});

builder.objectRef<UnknownCallDelta>('UnknownToolCallDelta').implement({
  description:
    'A call of a tool of a type that this version of the schema does not recognize. Always complete.',
  interfaces: [ToolCallDelta],
  fields: (t) => ({
    rawType: t.exposeString('raw_type', {
      description: 'Type name from the REST API. Empty if it sent none.',
    }),
    raw: t.field({
      type: 'JSONObject',
      description: 'The complete object from the REST API.',
      resolve: ({ raw }) => raw,
    }),
  }),
});
