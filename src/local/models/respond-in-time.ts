import { createContext, Script } from 'node:vm';
import { type Model, ModelError, type ModelResponse, type Prompt } from './model.ts';

/** A prompt takes a model a few milliseconds to read. The rest is for a machine that is busy. */
const MAX_READING_MS = 2_000;

const context = createContext({ work: undefined });
const call = new Script('work()');

/**
 * Asks a model to respond. Throws a {@link ModelError} if it keeps the thread busy for more than two seconds before it waits
 * for something: no other request gets a response meanwhile, and a prompt that hangs a model would do so for good.
 */
export function respondInTime(model: Model, prompt: Prompt, signal: AbortSignal): Promise<ModelResponse> {
  context.work = () => model.respond(prompt, signal);
  try {
    return call.runInContext(context, { timeout: MAX_READING_MS });
  } catch (error) {
    throw isTimeout(error)
      ? new ModelError('server_error', 'The model hung while it read the prompt.')
      : error;
  } finally {
    context.work = undefined;
  }
}

function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    Reflect.get(error, 'code') === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
