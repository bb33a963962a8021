import type { ToolChoiceOption, ToolDefinition } from '../../rest/requests.ts';
import type { LastError, StepFunctionCall } from '../objects.ts';

/** A function that the model may call. */
export type FunctionDefinition = Extract<ToolDefinition, { type: 'function' }>['function'];

/** All that a model is told when it is its turn. */
export interface Prompt {
  readonly model: string;
  readonly instructions: string;
  /** Oldest first, already truncated. */
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly text: string }[];
  readonly functions: readonly FunctionDefinition[];
  readonly toolChoice: ToolChoiceOption;
  /** Whether the answer has to be JSON. */
  readonly json: boolean;
  /** The rounds of calls that this run has made, with their outputs. */
  readonly rounds: readonly (readonly StepFunctionCall['function'][])[];
  /** What the model has written of this very answer before the process was stopped; it goes on from there. */
  readonly written: string;
}

/** A message, piece by piece, or a round of function calls, whose `arguments` are JSON. */
export type Answer =
  | { readonly kind: 'message'; readonly pieces: AsyncIterable<string> }
  | { readonly kind: 'calls'; readonly calls: readonly { name: string; arguments: string }[] };

export interface Model {
  /** Pieces stop coming once `signal` aborts. Throws a {@link ModelError} for what the run should end as failed with. */
  answer(prompt: Prompt, signal: AbortSignal): Promise<Answer>;
}

/** The model cannot answer: the run fails, and shows this as its `last_error`. */
export class ModelError extends Error {
  override name = 'ModelError';
  readonly code: LastError['code'];

  constructor(code: LastError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
