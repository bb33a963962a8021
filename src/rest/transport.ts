import type { IncomingHttpHeaders } from 'node:http';
import { createPool } from './pool.ts';

/** A page of 100 messages of the maximum length is about 26 MB; this API sends nothing larger than this. */
const MAX_RESPONSE_BYTES = 128 * 1024 * 1024;

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the base URL, already encoded, with its query. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  /** Aborted with a RestError as its reason. */
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** The connections to one upstream, shared by all operations of a process. */
export interface Transport {
  /**
   * Sends one request once and reads the whole response, whatever its status.
   *
   * @throws ConnectionError if the connection fails or breaks; MalformedResponseError if the response is too large; the
   * signal's reason once it is aborted
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  close(): Promise<void>;
}

export interface TransportOptions {
  /** Base URL of the REST API, such as `https://host/v1`. */
  readonly url: string;
  /** Maximum number of connections; further requests wait. */
  readonly connections: number;
}

/** Opens connections to one upstream as needed. @throws TypeError if `url` is invalid */
export function createTransport({ url, connections }: TransportOptions): Transport {
  // The signal of each request carries its deadline.
  const pool = createPool(url, { connections, maxResponseSize: MAX_RESPONSE_BYTES, bodyTimeout: 0 });
  return {
    async send(request) {
      try {
        const { statusCode: status, headers, body } = await pool.request(request);
        return { status, headers, text: await body.text() };
      } catch (error) {
        throw pool.errorOf(error, request.signal);
      }
    },
    close: pool.close,
  };
}
