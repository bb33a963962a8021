import type { IncomingHttpHeaders } from 'node:http';
import { createConnection } from '../../model-server/connection.ts';
import { ModelError } from '../model.ts';

export interface ChatResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /**
   * The body. Throws a ModelError if it is too long, or if the server breaks off or is silent, and the reason of the signal
   * once that aborts.
   */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Must be called in the end. Closes the connection, unless the body was read to its end. */
  close(): void;
}

/** The connections to a model server. */
export interface ChatConnection {
  /** Sends one request once. Throws as reading the response does. */
  post(body: object, signal: AbortSignal): Promise<ChatResponse>;
  close(): Promise<void>;
}

export interface ChatConnectionOptions {
  /** Base URL, such as `http://127.0.0.1:11434/v1`. */
  readonly url: string;
  readonly apiKey: string | undefined;
  /** A server that sends nothing for this many milliseconds is given up. */
  readonly silenceMs: number;
}

/** With reasoning and hundreds of bytes for a token, a response of 100,000 tokens has 40 MB. */
const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;

/** Opens connections as needed: one for each run that the server works for. */
export function createChatConnection({ url, apiKey, silenceMs }: ChatConnectionOptions): ChatConnection {
  const connection = createConnection({
    url,
    path: '/chat/completions',
    apiKey,
    accept: 'text/event-stream',
  });
  return {
    async post(body, signal) {
      const silence = watchSilence(silenceMs, signal);
      try {
        const response = await connection.post(body, silence.signal);
        return {
          status: response.statusCode,
          headers: response.headers,
          chunks: readBody(response.body, silence),
          close: silence.close,
        };
      } catch (error) {
        const failure = connectionError(error, silence.signal);
        silence.close();
        throw failure;
      }
    },
    close: connection.close,
  };
}

async function* readBody(body: AsyncIterable<Uint8Array>, silence: Silence): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of body) {
      silence.interrupt();
      bytes += chunk.length;
      if (bytes > MAX_RESPONSE_BYTES) {
        const message = `The model server sent more than ${MAX_RESPONSE_BYTES} bytes.`;
        throw new ModelError('server_error', message);
      }
      yield chunk;
    }
  } catch (error) {
    throw connectionError(error, silence.signal);
  }
}

interface Silence {
  /** Aborted when the server has been silent for too long, and when the run no longer needs it. */
  readonly signal: AbortSignal;
  /** The server has sent something. */
  interrupt(): void;
  /** Stops waiting, and aborts what is still going on. */
  close(): void;
}

function watchSilence(silenceMs: number, signal: AbortSignal): Silence {
  const silent = new AbortController();
  const timer = setTimeout(() => {
    const message = `The model server sent nothing for ${silenceMs} ms (MODEL_TIMEOUT_MS).`;
    silent.abort(new ModelError('server_error', message));
  }, silenceMs);
  const either = AbortSignal.any([signal, silent.signal]);
  // Also for a response that nobody reads or closes, which would keep the process alive.
  either.addEventListener('abort', () => clearTimeout(timer), { once: true });
  return {
    signal: either,
    interrupt: () => void timer.refresh(),
    close: () => silent.abort(),
  };
}

function connectionError(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof ModelError) return error;
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return new ModelError('server_error', `The connection to the model server failed${code}.`);
}
