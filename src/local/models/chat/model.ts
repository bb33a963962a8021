import { createRedactor } from '../../../redaction.ts';
import { readRetryAfter } from '../../../rest/retry-after.ts';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { readText, toJson } from '../../model-server/response-body.ts';
import { type Model, ModelError, type ModelResponse, type Prompt } from '../model.ts';
import { readResponse } from './chat-response.ts';
import { readAdditions } from './chat-stream.ts';
import { type ChatResponse, createChatConnection } from './connection.ts';
import { MAX_DIALECTS, otherDialect, requestBody, USUAL_DIALECT } from './request-body.ts';
import { errorOf, isBusy, type Problem, type Redact, readProblem } from './server-error.ts';
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
/** Of a longer error, only the status counts. */
const MAX_ERROR_BYTES = 64 * 1024;

/** A client of the server. Connects when a model is asked to respond. */
export function createChatServer(options: ChatServerOptions, deps: ChatServerDeps): ChatServer {
  const { url, apiKey, silenceMs } = options;
  const connection = createChatConnection({ url, apiKey, silenceMs });
  const redact = createRedactor(apiKey === undefined ? [] : [apiKey]);
  const tokens = createTokenEstimate(options.contextTokens);
  let dialect = USUAL_DIALECT;

  /** The response to a prompt. Waits while the server is busy, as long as the run has time. */
  async function send(prompt: Prompt, model: string, signal: AbortSignal): Promise<ChatResponse> {
    let changes = 0;
    for (let waits = 0; ; ) {
      const used = dialect;
      const response = await connection.post(requestBody(prompt, model, used), signal);
      if (response.status === 200) return response;
      const problem = await problemOf(response, redact);
      const other = otherDialect(used, prompt, problem);
      if (other !== undefined && changes < MAX_DIALECTS) {
        dialect = other;
        changes += 1;
        continue;
      }
      const wait = isBusy(problem) ? waitMs(problem, waits) : Number.POSITIVE_INFINITY;
      if (deps.clock.now() + wait >= prompt.deadline) throw errorOf(problem, model);
      await deps.clock.sleep(wait, signal);
      signal.throwIfAborted();
      waits += 1;
    }
  }

  async function respond(prompt: Prompt, model: string, signal: AbortSignal): Promise<ModelResponse> {
    const logged = (error: unknown) => {
      if (error instanceof ModelError && !signal.aborted) logFailure(deps.log, model, error);
      return error;
    };
    try {
      const response = await send(prompt, model, signal);
      const additions = readAdditions(response, { model, redact });
      return withLog(await readResponse(additions, prompt, tokens), logged);
    } catch (error) {
      throw logged(error);
    }
  }

  return {
    model: (name) => ({
      tokens,
      canContinue: false,
      respond: (prompt, signal) => respond(prompt, name, signal),
    }),
    close: connection.close,
  };
}

function waitMs({ retryAfterMs }: Problem, waits: number): number {
  if (retryAfterMs !== undefined) return Math.max(FIRST_WAIT_MS, retryAfterMs);
  return Math.min(FIRST_WAIT_MS * 2 ** waits, MAX_WAIT_MS) * (0.5 + Math.random() / 2);
}

async function problemOf(response: ChatResponse, redact: Redact): Promise<Problem> {
  try {
    const text = (await readText(response.chunks, MAX_ERROR_BYTES)) ?? '';
    return readProblem(response.status, toJson(text), redact, readRetryAfter(response.headers));
  } finally {
    response.close();
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
