import { ModelError, PromptTooLongError } from '../model.ts';

/** Keeps secrets out of a text. */
export type Redact = (text: string) => string;

/** What an error response of a model server says. */
export interface Problem {
  readonly status: number;
  /** Such as `context_length_exceeded`. */
  readonly code: string;
  /** Bounded, without the API key. Empty if there is none. */
  readonly message: string;
  readonly retryAfterMs: number | undefined;
}

const MAX_MESSAGE = 500;

/** Statuses with which a server says that it is busy for now. 529 is Anthropic's. */
const BUSY = new Set([429, 503, 529]);
const OUT_OF_CREDIT = /insufficient_quota|billing/;
const TOO_LONG_CODE = /context_length_exceeded|exceed_context_size|ContextWindowExceeded/;
const TOO_LONG =
  /context (?:length|window|size)|maximum context|prompt is too long|too many tokens|input is too long|exceeds? the (?:available|model)/i;

/** What servers put into the body of an error, and some into a chunk: `error` as an object or a text, or `detail`. */
export function readProblem(status: number, body: unknown, redact: Redact, retryAfterMs?: number): Problem {
  const error = fieldOf(body, 'error') ?? body;
  const messages = [fieldOf(error, 'message'), fieldOf(body, 'message'), fieldOf(body, 'detail')];
  const message = [error, ...messages].find((each) => typeof each === 'string') ?? listed(messages);
  const code = ['code', 'type'].map((name) => String(fieldOf(error, name) ?? '')).join(' ');
  const text = redact(String(message)).slice(0, MAX_MESSAGE);
  return { status, code: code.slice(0, MAX_MESSAGE), message: text, retryAfterMs };
}

/** Validation errors are lists of objects. */
function listed(messages: readonly unknown[]): string {
  const found = messages.find((each) => typeof each === 'object' && each !== null);
  return found === undefined ? '' : JSON.stringify(found);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Whether the same request may succeed later. */
export function isBusy({ status, code }: Problem): boolean {
  return BUSY.has(status) && !OUT_OF_CREDIT.test(code);
}

/** Whether the server refuses a parameter. */
export function refuses({ status, message }: Problem, parameter: string): boolean {
  return (status === 400 || status === 422) && message.includes(parameter);
}

/** The error of the run. */
export function errorOf(problem: Problem, model: string): ModelError {
  const { status, code, message } = problem;
  const said = message === '' ? '.' : `: ${message}`;
  if (status === 401 || status === 403) {
    // Such messages quote the key, or a part of it.
    return new ModelError(
      'server_error',
      `The model server refused access (${status}). Check MODEL_API_KEY.`,
    );
  }
  if (status === 429) return new ModelError('rate_limit_exceeded', `The model server is busy (429)${said}`);
  if (TOO_LONG_CODE.test(code) || TOO_LONG.test(message)) {
    return new PromptTooLongError(`The prompt is too long for the model (${status})${said}`);
  }
  if (status === 404) {
    const reason = `The model server has no model ${JSON.stringify(model)}, or MODEL_URL is wrong (404)`;
    return new ModelError('server_error', reason + said);
  }
  if (status === 400 || status === 413 || status === 422) {
    return new ModelError('invalid_prompt', `The model server rejected the prompt (${status})${said}`);
  }
  return new ModelError('server_error', `The model server failed (${status})${said}`);
}
