/** The schemas of request bodies. */
import { z } from 'zod';
import { limits } from '../../rest/limits.ts';
import { isTooDeep, MAX_NESTING } from '../../rest/nesting.ts';
import type { RequestBodies } from '../../rest/requests.ts';

/** The tools of an assistant or a run, as JSON. Every change of a run writes them again. */
const MAX_TOOLS_LENGTH = 512_000;
/** The outputs in one request, all together. */
const MAX_OUTPUTS_LENGTH = 512_000;

/** Whether a string has at most `max` Unicode characters: an emoji counts as one. */
function isWithin(max: number, value: string): boolean {
  return value.length <= max || (value.length <= 2 * max && [...value].length <= max);
}

function text(max: number) {
  return z.string().refine((value) => isWithin(max, value), `must have at most ${max} characters`);
}

function nonEmptyText(max: number) {
  return text(max).min(1, 'must not be empty');
}

/** A JSON object, as it was parsed. `z.record` would drop a key named `__proto__`. */
function jsonObject<Value>() {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  return z.custom<Record<string, Value>>(isObject, { error: 'must be of type object', abort: true });
}

const metadata = jsonObject<string>()
  .superRefine((pairs, { addIssue }) => {
    for (const [key, value] of Object.entries<unknown>(pairs)) {
      const message = metadataValueError(value);
      if (message !== undefined) addIssue({ code: 'custom', path: [key], message });
    }
    const keys = Object.keys(pairs);
    if (keys.length > limits.metadataPairs) {
      addIssue({ code: 'custom', message: `must have at most ${limits.metadataPairs} pairs` });
    }
    const long = keys.find((key) => !isWithin(limits.metadataKey, key));
    if (long === undefined) return;
    const message = `must have a key of at most ${limits.metadataKey} characters`;
    addIssue({ code: 'custom', path: [long.slice(0, limits.metadataKey)], message });
  })
  .nullable()
  .exactOptional();

function metadataValueError(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be of type string';
  return isWithin(limits.metadataValue, value)
    ? undefined
    : `must have at most ${limits.metadataValue} characters`;
}

const functionName = z
  .string()
  .regex(
    new RegExp(`^[\\w-]{1,${limits.functionName}}$`),
    `must have 1 to ${limits.functionName} letters, digits, underscores and dashes`,
  );

const tool = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('code_interpreter') }),
  z.strictObject({ type: z.literal('retrieval') }),
  z.strictObject({
    type: z.literal('function'),
    function: z.strictObject({
      name: functionName,
      description: z.string().exactOptional(),
      parameters: jsonObject<unknown>()
        .refine((schema) => !isTooDeep(schema), `must not be nested deeper than ${MAX_NESTING} levels`)
        .exactOptional(),
    }),
  }),
]);

const tools = (max: number) =>
  z
    .array(tool)
    .max(max)
    .refine(
      (list) => JSON.stringify(list).length <= MAX_TOOLS_LENGTH,
      `must have at most ${MAX_TOOLS_LENGTH} characters as JSON`,
    );

const fileIds = (max: number) => z.array(z.string()).max(max);

const sampling = {
  temperature: z.number().min(0).max(limits.temperature).nullable().exactOptional(),
  top_p: z.number().min(0).max(limits.topP).nullable().exactOptional(),
  response_format: z
    .union([z.enum(['none', 'auto']), z.strictObject({ type: z.enum(['text', 'json_object']) })], {
      error: "must be 'none', 'auto' or an object whose type is 'text' or 'json_object'",
    })
    .nullable()
    .exactOptional(),
};

const model = nonEmptyText(limits.assistantName);

const assistant = {
  name: text(limits.assistantName).nullable().exactOptional(),
  description: text(limits.assistantDescription).nullable().exactOptional(),
  instructions: text(limits.instructions).nullable().exactOptional(),
  tools: tools(limits.assistantTools).exactOptional(),
  file_ids: fileIds(limits.assistantFiles).exactOptional(),
  metadata,
  ...sampling,
};

const message = z.strictObject({
  role: z.enum(['user', 'assistant']),
  content: nonEmptyText(limits.messageContent),
  file_ids: fileIds(limits.messageFiles).min(1).exactOptional(),
  metadata,
});

const messages = z.array(message).max(limits.messages);

const thread = z.strictObject({ messages: messages.exactOptional(), metadata });

const tokenBudget = z.int().min(limits.minTokenBudget).nullable().exactOptional();

const truncationStrategy = z
  .strictObject({
    type: z.enum(['auto', 'last_messages']),
    last_messages: z.int().min(1).nullable().exactOptional(),
  })
  .refine(({ type, last_messages: last }) => (type === 'last_messages') === (last != null), {
    path: ['last_messages'],
    message: "is required with the type 'last_messages' and not allowed with another",
  });

const toolChoice = z.union(
  [
    z.enum(['none', 'auto']),
    z.strictObject({ type: z.enum(['code_interpreter', 'retrieval']) }),
    z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: functionName }) }),
  ],
  { error: "must be 'none', 'auto' or an object that names a tool" },
);

const stream = z.boolean().nullable().exactOptional();

const run = {
  assistant_id: z.string(),
  model: model.nullable().exactOptional(),
  instructions: text(limits.instructions).nullable().exactOptional(),
  tools: tools(limits.runTools).nullable().exactOptional(),
  metadata,
  max_prompt_tokens: tokenBudget,
  max_completion_tokens: tokenBudget,
  truncation_strategy: truncationStrategy.nullable().exactOptional(),
  tool_choice: toolChoice.nullable().exactOptional(),
  stream,
  ...sampling,
};

const metadataAlone = z.strictObject({ metadata });

type NameWithBody = {
  [Name in keyof RequestBodies]: RequestBodies[Name] extends undefined ? never : Name;
}[keyof RequestBodies];

export const requestBodies = {
  createAssistant: z.strictObject({ model, ...assistant }),
  modifyAssistant: z.strictObject({ model: model.exactOptional(), ...assistant }),
  createAssistantFile: z.strictObject({ file_id: z.string() }),
  createThread: thread,
  modifyThread: metadataAlone,
  createMessage: message,
  modifyMessage: metadataAlone,
  createThreadAndRun: z.strictObject({ thread: thread.exactOptional(), ...run }),
  createRun: z.strictObject({
    additional_instructions: text(limits.instructions).nullable().exactOptional(),
    additional_messages: messages.nullable().exactOptional(),
    ...run,
  }),
  modifyRun: metadataAlone,
  submitToolOutputsToRun: z.strictObject({
    tool_outputs: z
      .array(z.strictObject({ tool_call_id: z.string(), output: z.string().default('') }))
      .max(limits.toolOutputs)
      .refine(
        (outputs) => outputs.reduce((sum, { output }) => sum + output.length, 0) <= MAX_OUTPUTS_LENGTH,
        `must have at most ${MAX_OUTPUTS_LENGTH} characters of output`,
      ),
    stream,
  }),
} satisfies { [Name in NameWithBody]: z.ZodType };

/** The valid body of an operation that has one. */
export type CheckedBody<Name extends keyof typeof requestBodies> = z.output<(typeof requestBodies)[Name]>;
