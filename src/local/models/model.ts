import type { ToolChoiceOption, ToolDefinition } from '../../rest/requests.ts';
import type { LastError, StepFunctionCall } from '../objects.ts';

/** A function that the model can call. */
export type FunctionDefinition = Extract<ToolDefinition, { type: 'function' }>['function'];

/** Everything that a model gets for one turn. */
export interface Prompt {
  readonly model: string;
  readonly instructions: string;
  /** Oldest first, already truncated. */
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly text: string }[];
  readonly functions: readonly FunctionDefinition[];
  readonly toolChoice: ToolChoiceOption;
  /** Whether the response must be JSON. */
  readonly json: boolean;
  /** The rounds of calls that this run has made, with their outputs. */
  readonly rounds: readonly (readonly StepFunctionCall['function'][])[];
  /** The start of this response, written before the process was stopped. The model continues after it. */
  readonly written: string;
}

/** A message, piece by piece, or a round of function calls. The `arguments` of a call are JSON. */
export type ModelResponse =
  | { readonly kind: 'message'; readonly pieces: AsyncIterable<string> }
  | { readonly kind: 'calls'; readonly calls: readonly { name: string; arguments: string }[] };

export interface Model {
  /** The pieces end once `signal` aborts. Throws a {@link ModelError} with the error of the failed run. */
  respond(prompt: Prompt, signal: AbortSignal): Promise<ModelResponse>;
}

/** The model cannot respond. The run fails with this as its `last_error`. */
export class ModelError extends Error {
  override name = 'ModelError';
  readonly code: LastError['code'];

  constructor(code: LastError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
