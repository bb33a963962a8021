import type { IncomingHttpHeaders } from 'node:http';
import { errors, Pool } from 'undici';
import { ConnectionError, MalformedResponseError, RestError } from './errors.ts';

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
  const base = new URL(url);
  const root = base.pathname.replace(/\/+$/, '');
  const pool = new Pool(base.origin, {
    connections,
    pipelining: 1,
    maxResponseSize: MAX_RESPONSE_BYTES,
    // The signal of each request carries its deadline.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  // Errors that occur before a connection exists: refused, unknown host, untrusted certificate.
  const neverSent = new WeakSet<object>();
  pool.on('connectionError', (_url, _targets, error) => neverSent.add(error));
  return {
    async send({ method, path, headers, body, signal }) {
      try {
        const response = await pool.request({
          method,
          path: root + path,
          headers,
          body: body ?? null,
          signal,
        });
        return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
      } catch (error) {
        throw transportError(error, signal, neverSent);
      }
    },
    close: () => pool.destroy(),
  };
}

export function transportError(error: unknown, signal: AbortSignal, neverSent: WeakSet<object>): RestError {
  if (signal.reason instanceof RestError) return signal.reason;
  if (error instanceof errors.ResponseExceededMaxSizeError) {
    return new MalformedResponseError(`The upstream response is larger than ${MAX_RESPONSE_BYTES} bytes`);
  }
  return error instanceof Error && neverSent.has(error)
    ? new ConnectionError('The upstream is unreachable', false, error)
    : new ConnectionError('The connection to the upstream was lost', true, error);
}
