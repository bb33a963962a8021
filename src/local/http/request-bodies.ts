/** What a request may say, checked against the contract before anything else is done. */
import { z } from 'zod';
import { limits } from '../../rest/limits.ts';
import { isTooDeep, MAX_NESTING } from '../../rest/nesting.ts';
import type { RequestBodies } from '../../rest/requests.ts';

/** Text of a bounded length. Characters are counted as Unicode does, so that an emoji is one. */
function text(most: number) {
  const fits = (value: string) => value.length <= most || [...value].length <= most;
  return z.string().refine(fits, `must have at most ${most} characters`);
}

/** Text that may not be empty. */
function someText(most: number) {
  return text(most).min(1, 'must not be empty');
}

const metadata = z
  .record(z.string(), text(limits.metadataValue))
  .superRefine((pairs, { addIssue }) => {
    const keys = Object.keys(pairs);
    if (keys.length > limits.metadataPairs) {
      addIssue({ code: 'custom', message: `must have at most ${limits.metadataPairs} pairs` });
    }
    const long = keys.find((key) => [...key].length > limits.metadataKey);
    if (long === undefined) return;
    const message = `must have a key of at most ${limits.metadataKey} characters`;
    addIssue({ code: 'custom', path: [long.slice(0, limits.metadataKey)], message });
  })
  .nullable()
  .exactOptional();

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
      parameters: z
        .record(z.string(), z.unknown())
        .refine((schema) => !isTooDeep(schema), `must not be nested deeper than ${MAX_NESTING} levels`)
        .exactOptional(),
    }),
  }),
]);

const fileIds = (most: number) => z.array(z.string()).max(most);

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

const model = someText(limits.assistantName);

const assistant = {
  name: text(limits.assistantName).nullable().exactOptional(),
  description: text(limits.assistantDescription).nullable().exactOptional(),
  instructions: text(limits.instructions).nullable().exactOptional(),
  tools: z.array(tool).max(limits.assistantTools).exactOptional(),
  file_ids: fileIds(limits.assistantFiles).exactOptional(),
  metadata,
  ...sampling,
};

const message = z.strictObject({
  role: z.enum(['user', 'assistant']),
  content: someText(limits.messageContent),
  file_ids: fileIds(limits.messageFiles).min(1).exactOptional(),
  metadata,
});

const thread = z.strictObject({ messages: z.array(message).exactOptional(), metadata });

const tokenBudget = z.int().min(limits.minTokenBudget).nullable().exactOptional();

const truncationStrategy = z
  .strictObject({
    type: z.enum(['auto', 'last_messages']),
    last_messages: z.int().min(1).nullable().exactOptional(),
  })
  .refine(({ type, last_messages: last }) => (type === 'last_messages') === (last != null), {
    path: ['last_messages'],
    message: "must be given with the type 'last_messages', and with no other",
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
  tools: z.array(tool).max(limits.runTools).nullable().exactOptional(),
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
    additional_messages: z.array(message).nullable().exactOptional(),
    ...run,
  }),
  modifyRun: metadataAlone,
  submitToolOutputsToRun: z.strictObject({
    tool_outputs: z.array(z.strictObject({ tool_call_id: z.string(), output: z.string().default('') })),
    stream,
  }),
} satisfies { [Name in NameWithBody]: z.ZodType };

/** The checked body of an operation that has one. */
export type CheckedBody<Name extends keyof typeof requestBodies> = z.output<(typeof requestBodies)[Name]>;
