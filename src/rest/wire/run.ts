import { z } from 'zod';
import { responseFormat, tool } from './assistant.ts';
import {
  count,
  directly,
  id,
  instant,
  jsonObject,
  listOf,
  metadata,
  optionalCount,
  optionalId,
  optionalIdList,
  optionalInstant,
  optionalNumber,
  optionalText,
  orNull,
  orUnknown,
  text,
} from './scalars.ts';

const lastError = orNull(z.object({ code: text.catch(''), message: text.catch('') }));
export type LastError = NonNullable<z.output<typeof lastError>>;

const usage = orNull(z.object({ prompt_tokens: count, completion_tokens: count, total_tokens: count }));
export type Usage = NonNullable<z.output<typeof usage>>;

const toolOutputsAction = z.object({
  type: z.literal('submit_tool_outputs'),
  submit_tool_outputs: z.object({
    tool_calls: z.array(
      z.object({ id: text, type: text, function: z.object({ name: text, arguments: text }) }),
    ),
  }),
});
export type RequiredAction = z.output<typeof toolOutputsAction>;

/** An unreadable action is not null: null would mean that the run is not waiting for anything. */
const requiredAction = directly((action): RequiredAction | 'unreadable' | null => {
  if (action === undefined || action === null) return null;
  const known = toolOutputsAction.safeParse(action);
  return known.success ? known.data : 'unreadable';
});

const truncationStrategy = orNull(z.object({ type: text, last_messages: optionalCount }));
export type TruncationStrategy = NonNullable<z.output<typeof truncationStrategy>>;

/** `none`, `auto`, or the one tool that the model must use. */
const toolChoice = orNull(
  z.union([text, z.object({ type: text, function: z.object({ name: text }).optional().catch(undefined) })]),
);
export type ToolChoice = NonNullable<z.output<typeof toolChoice>>;

export const run = z.object({
  id,
  created_at: instant,
  thread_id: id,
  assistant_id: id,
  status: text,
  required_action: requiredAction,
  last_error: lastError,
  incomplete_details: orNull(z.object({ reason: optionalText })),
  expires_at: optionalInstant,
  started_at: optionalInstant,
  cancelled_at: optionalInstant,
  failed_at: optionalInstant,
  completed_at: optionalInstant,
  model: text,
  instructions: optionalText,
  tools: listOf(tool),
  file_ids: optionalIdList,
  metadata,
  usage,
  temperature: optionalNumber,
  top_p: optionalNumber,
  max_prompt_tokens: optionalCount,
  max_completion_tokens: optionalCount,
  truncation_strategy: truncationStrategy,
  tool_choice: toolChoice,
  response_format: responseFormat,
});
export type Run = z.output<typeof run>;

const codeInterpreterOutput = orUnknown(
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('logs'), logs: text }),
    z.object({ type: z.literal('image'), image: z.object({ file_id: id }) }),
  ]),
);
export type CodeInterpreterOutput = z.output<typeof codeInterpreterOutput>;

const toolCall = orUnknown(
  z.discriminatedUnion('type', [
    z.object({
      id: text,
      type: z.literal('code_interpreter'),
      code_interpreter: z.object({ input: text, outputs: listOf(codeInterpreterOutput) }),
    }),
    z.object({
      id: text,
      type: z.literal('retrieval'),
      retrieval: jsonObject.nullish().transform((retrieval) => retrieval ?? {}),
    }),
    z.object({
      id: text,
      type: z.literal('function'),
      function: z.object({ name: text, arguments: text, output: optionalText }),
    }),
  ]),
);
export type ToolCall = z.output<typeof toolCall>;

const stepDetails = orUnknown(
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('message_creation'), message_creation: z.object({ message_id: id }) }),
    z.object({ type: z.literal('tool_calls'), tool_calls: listOf(toolCall) }),
  ]),
);
export type StepDetails = z.output<typeof stepDetails>;

export const runStep = z.object({
  id,
  created_at: instant,
  assistant_id: optionalId,
  thread_id: id,
  run_id: id,
  type: text,
  status: text,
  step_details: stepDetails,
  last_error: lastError,
  expired_at: optionalInstant,
  cancelled_at: optionalInstant,
  failed_at: optionalInstant,
  completed_at: optionalInstant,
  metadata,
  usage,
});
export type RunStep = z.output<typeof runStep>;
