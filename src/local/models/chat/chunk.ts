import { z } from 'zod';
import { toJson } from '../../model-server/response-body.ts';
import { ModelError } from '../model.ts';

const text = z.string().nullish();
const count = z.int().min(0).max(1_000_000_000);

const callPart = z.object({
  index: z.int().nullish().catch(undefined),
  id: text.catch(undefined),
  function: z
    .object({
      name: text,
      /** Some servers send the object itself. */
      arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
    })
    .nullish(),
});

const delta = z.object({
  /** A few servers send parts, of which those with a `text` count. Reasoning has fields of its own. */
  content: z.union([z.string(), z.array(z.looseObject({ text: text.catch(undefined) }))]).nullish(),
  refusal: text,
  tool_calls: z.array(callPart).nullish(),
});

const chunk = z.object({
  choices: z
    .array(
      z.object({
        delta: delta.nullish(),
        /** In a response that is not streamed. */
        message: delta.nullish(),
        finish_reason: text,
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: count, completion_tokens: count }).nullish().catch(undefined),
  error: z.unknown().optional(),
});

/** A part of a function call. Which call it belongs to is for {@link CallAssembly} to find out. */
export type CallPart = z.output<typeof callPart>;

/** What one chunk of a stream adds. */
export interface Addition {
  readonly text: string;
  readonly callParts: readonly CallPart[];
  readonly finishReason: string | undefined;
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number } | undefined;
  /** An error in place of a chunk, as servers send it once the stream has begun. */
  readonly error: unknown;
}

/** Reads a chunk, or a whole response that is not streamed. Throws a ModelError if it is neither. */
export function readChunk(json: string): Addition {
  const parsed = chunk.safeParse(toJson(json));
  if (!parsed.success) throw malformed();
  const { choices, usage, error } = parsed.data;
  const choice = choices?.[0];
  const { content, refusal, tool_calls } = choice?.delta ?? choice?.message ?? {};
  const written =
    typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join('');
  return {
    text: written + (refusal ?? ''),
    callParts: tool_calls ?? [],
    finishReason: choice?.finish_reason ?? undefined,
    usage: usage ?? undefined,
    error,
  };
}

function malformed(): ModelError {
  return new ModelError('server_error', 'The model server sent a response that is not a chat completion.');
}
