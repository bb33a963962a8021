/** The events in the stream of a run. */
import { z } from 'zod';
import { requireFewValues } from '../response-text.ts';
import { annotation, content, type Message, message } from './message.ts';
import { type Run, type RunStep, run, runStep } from './run.ts';
import { id, jsonObject, listOf, optionalJsonObject, optionalText, orNull, text } from './scalars.ts';

/** The position of a content part, a tool call or an output. */
const index = z.int().min(0).max(9_999);
const piece = optionalText;

const textDelta = z.object({
  index,
  type: z.literal('text'),
  text: z.object({ value: text.catch(''), annotations: listOf(annotation) }),
});
/** A content part that is not text is always complete. */
const wholePart = z
  .looseObject({ index })
  .transform((part) => ({ index: part.index, type: 'whole' as const, content: content.parse(part) }));

const messageDelta = z.object({
  id,
  delta: z.object({ content: listOf(z.union([textDelta, wholePart])) }),
});
export type MessageDelta = z.output<typeof messageDelta>;

const outputDelta = z.discriminatedUnion('type', [
  z.object({ index, type: z.literal('logs'), logs: text.catch('') }),
  z.object({ index, type: z.literal('image'), image: z.object({ file_id: id }) }),
]);
export type OutputDelta = z.output<typeof outputDelta>;

/** Outputs of unknown types are left out. The completed step has them. */
const outputDeltas = listOf(orNull(outputDelta)).transform((outputs) =>
  outputs.filter((output) => output !== null),
);

const call = { index, id: piece };
const functionPiece = z.object({ name: piece, arguments: piece, output: piece });
const interpreterPiece = z.object({ input: piece, outputs: outputDeltas.catch([]) });
const toolCallDelta = z.union([
  // Some upstreams send the type with the first piece only.
  z.object({ ...call, type: z.literal('function').default('function'), function: functionPiece }),
  z.object({
    ...call,
    type: z.literal('code_interpreter').default('code_interpreter'),
    code_interpreter: interpreterPiece,
  }),
  z.object({ ...call, type: z.literal('retrieval'), retrieval: optionalJsonObject }),
  z.looseObject({ ...call, type: text }).transform((raw) => {
    const { index, id, type } = raw;
    return { index, id, type: 'unknown' as const, raw_type: type, raw: jsonObject.parse(raw) };
  }),
]);
export type WireToolCallDelta = z.output<typeof toolCallDelta>;

const toolCallsDelta = z.object({ type: z.literal('tool_calls'), tool_calls: listOf(toolCallDelta) });
/** The delta of a step that creates a message is ignored. The message has events of its own. */
const otherDetails = z
  .looseObject({ type: text.refine((type) => type !== 'tool_calls') })
  .transform(() => ({ tool_calls: [] }));
const stepDelta = z.object({
  id,
  delta: z.object({ step_details: z.union([toolCallsDelta, otherDetails]) }),
});
export type StepDelta = z.output<typeof stepDelta>;

export type WireStreamEvent =
  | { readonly type: 'run'; readonly run: Run }
  | { readonly type: 'step'; readonly step: RunStep }
  | { readonly type: 'step.delta'; readonly delta: StepDelta }
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'message.delta'; readonly delta: MessageDelta }
  /** `error` is not validated. */
  | { readonly type: 'error'; readonly error: unknown }
  /** A malformed event of a known name. Its content is missing from the stream. */
  | { readonly type: 'damaged' }
  | { readonly type: 'done' };

const STATUSES =
  'created|queued|in_progress|requires_action|completed|incomplete|failed|cancelling|cancelled|expired';
const KNOWN = new RegExp(`^thread\\.(run|run\\.step|message)\\.(${STATUSES}|delta)$`);

/** Parses one event. Never throws. @returns undefined for events with unknown names, and for `thread.created` */
export function readStreamEvent(name: string | undefined, data: string): WireStreamEvent | undefined {
  if (name === 'done' || (name === undefined && data === '[DONE]')) return { type: 'done' };
  const value = parseJson(data);
  if (name === 'error') return { type: 'error', error: value };
  const kind = /^thread\.(run\.step|run|message)\.(delta)?/.exec(name ?? '');
  if (kind === null) return undefined;
  const read = readers[`${kind[1]}${kind[2] === undefined ? '' : '.delta'}`]?.(value);
  return read ?? (KNOWN.test(name ?? '') ? { type: 'damaged' } : undefined);
}

const readers: Record<string, (value: unknown) => WireStreamEvent | undefined> = {
  run: (value) => readAs(run, value, (run) => ({ type: 'run', run })),
  'run.step': (value) => readAs(runStep, value, (step) => ({ type: 'step', step })),
  'run.step.delta': (value) => readAs(stepDelta, value, (delta) => ({ type: 'step.delta', delta })),
  message: (value) => readAs(message, value, (message) => ({ type: 'message', message })),
  'message.delta': (value) => readAs(messageDelta, value, (delta) => ({ type: 'message.delta', delta })),
};

function readAs<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  toEvent: (object: z.output<Schema>) => WireStreamEvent,
): WireStreamEvent | undefined {
  const object = schema.safeParse(value);
  return object.success ? toEvent(object.data) : undefined;
}

function parseJson(data: string): unknown {
  try {
    requireFewValues(data);
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
