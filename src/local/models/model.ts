import type { ToolChoiceOption, ToolDefinition } from '../../rest/requests.ts';
import type { LastError, StepFunctionCall, Usage } from '../objects.ts';

/** A function that the model can call. */
export type FunctionDefinition = Extract<ToolDefinition, { type: 'function' }>['function'];

/** A call and its output. A search also has the passages that are in its output, with the markers that cite them. */
export interface RoundCall extends Readonly<StepFunctionCall['function']> {
  readonly passages?: readonly { readonly marker: string; readonly text: string }[] | undefined;
}

/** A round of calls that the run has made, with their outputs, and what the model wrote before it. */
export interface Round {
  readonly text: string;
  readonly calls: readonly RoundCall[];
}

/** Everything that a model gets for one turn. */
export interface Prompt {
  readonly model: string;
  readonly instructions: string;
  /** Oldest first, already truncated. */
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly text: string }[];
  readonly functions: readonly FunctionDefinition[];
  /** The name of the function that searches the files, if the run has one. */
  readonly search: string | undefined;
  readonly toolChoice: ToolChoiceOption;
  /** Whether the response must be JSON. */
  readonly json: boolean;
  readonly temperature: number;
  readonly topP: number;
  /** Completion tokens that the run has left. Undefined without a limit. */
  readonly maxTokens: number | undefined;
  /** When the run expires, in milliseconds since 1970. */
  readonly deadline: number;
  readonly rounds: readonly Round[];
  /** The start of this response, written before the process was stopped. Empty for a model that cannot continue. */
  readonly written: string;
}

/** A call as the model wrote it. The arguments should be JSON, but models make mistakes. */
export interface ModelCall {
  readonly name: string;
  readonly arguments: string;
}

/** How a message ends. */
export interface MessageEnding {
  /** Whether the model had to stop, because a limit on tokens or length was reached. */
  readonly isCut: boolean;
  /** The round of calls that follows the message, if any. */
  readonly calls: readonly ModelCall[];
  /** As the model counted it. Undefined if it did not: then it is estimated. */
  readonly usage: Usage | undefined;
}

/** A message, piece by piece; or a round of calls; or neither, because a limit was reached before the model wrote either. */
export type ModelResponse =
  | {
      readonly kind: 'message';
      readonly pieces: AsyncIterable<string>;
      /** To be called after the last piece. */
      readonly ending: () => MessageEnding;
    }
  | { readonly kind: 'calls'; readonly calls: readonly ModelCall[]; readonly usage: Usage | undefined }
  | { readonly kind: 'nothing'; readonly usage: Usage | undefined };

/** The ending of a message that the model wrote to its end, and did not count. */
export const PLAIN_ENDING: MessageEnding = { isCut: false, calls: [], usage: undefined };

/** How the tokens of a model are counted, or estimated. */
export interface TokenCounter {
  count(text: string): number;
  /** Tokens that a message has besides those of its text. */
  readonly perMessage: number;
  countFunctions(functions: readonly FunctionDefinition[]): number;
  /** How many tokens a prompt can have. @param maxTokens completion tokens that the run has left, if it limits them */
  maxPrompt(maxTokens: number | undefined): number;
}

export interface Model {
  readonly tokens: TokenCounter;
  /** Whether it can continue a message after `written`. Otherwise, a message that was interrupted is written afresh. */
  readonly canContinue: boolean;
  /**
   * The pieces end once `signal` aborts. Throws a {@link ModelError} with the error of the failed run, and a
   * {@link PromptTooLongError} if a shorter prompt may work.
   */
  respond(prompt: Prompt, signal: AbortSignal): Promise<ModelResponse>;
}

/** The models by the names that assistants and runs give them. */
export interface Models {
  of(name: string): Model;
  close(): Promise<void>;
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

/** The prompt does not fit into the model's context. */
export class PromptTooLongError extends ModelError {
  override name = 'PromptTooLongError';

  constructor(message: string) {
    super('invalid_prompt', message);
  }
}
