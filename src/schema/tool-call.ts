import type { CodeInterpreterOutput as Output, ToolCall as WireToolCall } from '../rest/wire/run.ts';
import type { UnknownPart } from '../rest/wire/scalars.ts';
import { builder } from './builder.ts';
import { outputEnum } from './output-enum.ts';
import { ToolType } from './tool.ts';
import { unknownFields } from './unknown-part.ts';

const callTypeNames = {
  code_interpreter: 'CodeInterpreterToolCall',
  retrieval: 'RetrievalToolCall',
  function: 'FunctionToolCall',
  unknown: 'UnknownToolCall',
} as const;

export const ToolCall = builder.interfaceRef<WireToolCall>('ToolCall').implement({
  description: 'A tool that was called.',
  resolveType: (call) => callTypeNames[call.type],
  fields: (t) => ({
    toolCallId: t.string({
      description: "REST's own id of the call, unique within its run. Empty where upstream gave none.",
      resolve: (call) =>
        call.type !== 'unknown' ? call.id : typeof call.raw.id === 'string' ? call.raw.id : '',
    }),
    type: t.field({
      type: ToolType.type,
      description: 'Which kind of tool was called.',
      resolve: (call) => ToolType.from(call.type),
    }),
  }),
});

const CodeInterpreterOutputType = outputEnum('CodeInterpreterOutputType', {
  description: 'The kinds of things that the code interpreter puts out.',
  values: { LOGS: { description: 'Text.' }, IMAGE: { description: 'An image in a file.' } },
});

const outputTypeNames = {
  logs: 'CodeInterpreterLogs',
  image: 'CodeInterpreterImage',
  unknown: 'UnknownCodeInterpreterOutput',
} as const;

const CodeInterpreterOutput = builder.interfaceRef<Output>('CodeInterpreterOutput').implement({
  description: 'Something that the code interpreter put out.',
  resolveType: (output) => outputTypeNames[output.type],
  fields: (t) => ({
    type: t.field({
      type: CodeInterpreterOutputType.type,
      description: 'Which kind of output.',
      resolve: (output) => CodeInterpreterOutputType.from(output.type),
    }),
  }),
});

builder.objectRef<Extract<Output, { type: 'logs' }>>('CodeInterpreterLogs').implement({
  description: 'Text that the code wrote.',
  interfaces: [CodeInterpreterOutput],
  fields: (t) => ({ logs: t.exposeString('logs', { description: 'The text.' }) }),
});

builder.objectRef<Extract<Output, { type: 'image' }>>('CodeInterpreterImage').implement({
  description: 'An image that the code drew.',
  interfaces: [CodeInterpreterOutput],
  fields: (t) => ({
    fileId: t.string({
      description: 'The REST id of the file that holds the image.',
      resolve: (output) => output.image.file_id,
    }),
  }),
});

builder.objectRef<UnknownPart>('UnknownCodeInterpreterOutput').implement({
  description: 'An output of a kind that this version of the graph does not know.',
  interfaces: [CodeInterpreterOutput],
  fields: (t) => unknownFields(t, (output) => output),
});

builder.objectRef<Extract<WireToolCall, { type: 'code_interpreter' }>>('CodeInterpreterToolCall').implement({
  description: 'Code that the model had run.',
  interfaces: [ToolCall],
  fields: (t) => ({
    input: t.string({ description: 'The code.', resolve: (call) => call.code_interpreter.input }),
    outputs: t.field({
      type: [CodeInterpreterOutput],
      description: 'What the code put out, in its order.',
      resolve: (call) => call.code_interpreter.outputs,
    }),
  }),
});

builder.objectRef<Extract<WireToolCall, { type: 'retrieval' }>>('RetrievalToolCall').implement({
  description: 'A search in the attached files.',
  interfaces: [ToolCall],
  fields: (t) => ({
    retrieval: t.field({
      type: 'JSONObject',
      description: 'What upstream tells of the search, which may be nothing: an empty object.',
      resolve: (call) => call.retrieval,
    }),
  }),
});

builder.objectRef<Extract<WireToolCall, { type: 'function' }>>('FunctionToolCall').implement({
  description: 'A call to a function of yours.',
  interfaces: [ToolCall],
  fields: (t) => ({
    name: t.string({ description: 'The function.', resolve: (call) => call.function.name }),
    arguments: t.string({
      description: 'Its arguments: JSON text as the model wrote it, which need not be valid.',
      resolve: (call) => call.function.arguments,
    }),
    output: t.string({
      nullable: true,
      description: 'The output that was submitted. Null until it is.',
      resolve: (call) => call.function.output,
    }),
  }),
});

builder.objectRef<UnknownPart>('UnknownToolCall').implement({
  description: 'A call to a tool of a kind that this version of the graph does not know.',
  interfaces: [ToolCall],
  fields: (t) => unknownFields(t, (call) => call),
});
