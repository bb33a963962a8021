import { readRetryAfter } from '../../../rest/retry-after.ts';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { type Model, ModelError, type ModelResponse, type Prompt } from '../model.ts';
import { readResponse } from './chat-response.ts';
import { readAdditions, readText } from './chat-stream.ts';
import { type ChatResponse, createChatConnection } from './connection.ts';
import { type Dialect, requestBody, USUAL_DIALECT } from './request-body.ts';
import { errorOf, isBusy, type Problem, readProblem, refuses } from './server-error.ts';
import { createTokenEstimate } from './token-estimate.ts';

export interface ChatServerOptions {
  /** Base URL, such as `http://127.0.0.1:11434/v1`. */
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** Tokens of a prompt and its response. */
  readonly contextTokens: number;
  /** A server that sends nothing for this many milliseconds is given up. */
  readonly silenceMs: number;
}

export interface ChatServerDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** A server with an OpenAI-compatible `/chat/completions`. */
export interface ChatServer {
  /** The model that the server knows by this name. */
  model(name: string): Model;
  close(): Promise<void>;
}

/** Waits between requests to a busy server that does not say how long to wait. They double up to the maximum. */
const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 30_000;
const MAX_ERROR_BYTES = 64 * 1024;

/** A client of the server. Connects when a model is asked to respond. */
export function createChatServer(options: ChatServerOptions, deps: ChatServerDeps): ChatServer {
  const { apiKey: secret } = options;
  const connection = createChatConnection({ ...options, apiKey: secret });
  const tokens = createTokenEstimate(options.contextTokens);
  let dialect = USUAL_DIALECT;

  /** The response to a prompt. Waits while the server is busy, as long as the run has time. */
  async function send(prompt: Prompt, model: string, signal: AbortSignal): Promise<ChatResponse> {
    for (let attempt = 0; ; attempt += 1) {
      const used = dialect;
      const response = await connection.post(requestBody(prompt, model, used), signal);
      if (response.status === 200) return response;
      const problem = await problemOf(response, secret);
      const other = otherDialect(used, problem);
      const wait = isBusy(problem) ? waitMs(problem, attempt) : Number.POSITIVE_INFINITY;
      if (other !== undefined && attempt < MAX_DIALECTS) dialect = other;
      else if (deps.clock.now() + wait >= prompt.deadline) throw errorOf(problem, model);
      else await deps.clock.sleep(wait, signal);
      signal.throwIfAborted();
    }
  }

  return {
    model: (name) => ({
      tokens,
      canContinue: false,
      async respond(prompt, signal) {
        const logged = (error: unknown) => {
          if (error instanceof ModelError && !signal.aborted) logFailure(deps.log, name, error);
          return error;
        };
        try {
          const response = await send(prompt, name, signal);
          const additions = readAdditions(response, { model: name, secret });
          return withLog(await readResponse(additions, prompt, tokens), logged);
        } catch (error) {
          throw logged(error);
        }
      },
    }),
    close: connection.close,
  };
}

function waitMs({ retryAfterMs }: Problem, attempt: number): number {
  if (retryAfterMs !== undefined) return Math.max(FIRST_WAIT_MS, retryAfterMs);
  return Math.min(FIRST_WAIT_MS * 2 ** attempt, MAX_WAIT_MS) * (0.5 + Math.random() / 2);
}

/** A request is sent again as often to find out what the server accepts. */
const MAX_DIALECTS = 3;

/** What to change about requests after this error, if it is about one of the parameters that servers disagree on. */
function otherDialect(dialect: Dialect, problem: Problem): Dialect | undefined {
  if (dialect.hasUsageOption && refuses(problem, 'stream_options'))
    return { ...dialect, hasUsageOption: false };
  if (!refuses(problem, dialect.limitName)) return undefined;
  const other = dialect.limitName === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
  // Otherwise it is the value that the server refuses.
  const isUnsupported = /unsupported|not supported|unrecognized|unknown|extra|not permitted/i.test(
    problem.message,
  );
  return isUnsupported ? { ...dialect, limitName: other } : undefined;
}

async function problemOf(response: ChatResponse, secret: string | undefined): Promise<Problem> {
  try {
    const text = await readText(response.chunks, MAX_ERROR_BYTES);
    return readProblem(response.status, parse(text), secret, readRetryAfter(response.headers));
  } finally {
    response.close();
  }
}

/** Undefined if the text is not JSON: the page of a proxy is of no use to a client. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function withLog(response: ModelResponse, logged: (error: unknown) => unknown): ModelResponse {
  if (response.kind !== 'message') return response;
  const { pieces } = response;
  async function* loggedPieces() {
    try {
      yield* pieces;
    } catch (error) {
      throw logged(error);
    }
  }
  return { ...response, pieces: loggedPieces() };
}

function logFailure(log: Log, model: string, { code, message }: ModelError): void {
  log({
    level: 'warn',
    message: 'the model server did not respond as it should',
    fields: { model, code, reason: message },
  });
}
