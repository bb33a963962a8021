import { Agent, type Dispatcher, request } from 'undici';
import { orAborted } from '../../rest/or-aborted.ts';

export interface ConnectionOptions {
  /** Base URL, such as `http://127.0.0.1:11434/v1`. */
  readonly url: string;
  /** Of the operation, such as `/embeddings`. */
  readonly path: string;
  readonly apiKey: string | undefined;
  /** Media type of the response. */
  readonly accept: string;
}

/** The connections to one operation of an OpenAI-compatible server. */
export interface Connection {
  /** Sends a request once. It takes as long as the signal allows: once that aborts, throws its reason at once. */
  post(body: object, signal: AbortSignal): Promise<Dispatcher.ResponseData>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** Opens connections as needed: one for each request that the server works on. */
export function createConnection({ url, path, apiKey, accept }: ConnectionOptions): Connection {
  const agent = new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS }, headersTimeout: 0, bodyTimeout: 0 });
  const endpoint = `${url.replace(/\/+$/, '')}${path}`;
  const headers = {
    accept,
    'content-type': 'application/json',
    ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
  };
  return {
    async post(body, signal) {
      const sent = request(endpoint, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        dispatcher: agent,
        signal,
      });
      // Undici notices the signal only once it is connected.
      const response = await orAborted(sent, signal);
      // It may be closed while nobody reads it.
      response.body.on('error', () => undefined);
      return response;
    },
    close: () => agent.destroy(),
  };
}
