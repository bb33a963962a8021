import { type Dispatcher, errors, Pool } from 'undici';
import { ConnectionError, MalformedResponseError, RestError } from './errors.ts';
import type { HttpRequest } from './transport.ts';

/** Connections to one upstream. */
export interface UpstreamPool {
  /** Sends one request once. Its errors, and those of reading the body, must be passed to {@link errorOf}. */
  request(request: HttpRequest): Promise<Dispatcher.ResponseData>;
  /** Converts an error of a request to a RestError. */
  errorOf(error: unknown, signal: AbortSignal): RestError;
  close(): Promise<void>;
}

/** @param url base URL of the REST API @throws TypeError if it is invalid */
export function createPool(url: string, options: Pool.Options): UpstreamPool {
  const base = new URL(url);
  const root = base.pathname.replace(/\/+$/, '');
  const pool = new Pool(base.origin, { ...options, pipelining: 1, headersTimeout: 0 });
  // Errors that occur before a connection exists: refused, unknown host, untrusted certificate.
  const neverSent = new WeakSet<object>();
  pool.on('connectionError', (_url, _targets, error) => neverSent.add(error));
  return {
    request: ({ method, path, headers, body, signal }) =>
      pool.request({ method, path: root + path, headers, body: body ?? null, signal }),
    errorOf(error, signal) {
      if (signal.reason instanceof RestError) return signal.reason;
      if (error instanceof errors.ResponseExceededMaxSizeError) {
        return new MalformedResponseError(
          `The upstream response is larger than ${options.maxResponseSize} bytes`,
        );
      }
      return error instanceof Error && neverSent.has(error)
        ? new ConnectionError('The upstream is unreachable', false, error)
        : new ConnectionError('The connection to the upstream was lost', true, error);
    },
    close: () => pool.destroy(),
  };
}
