import type { IncomingHttpHeaders } from 'node:http';
import { errors, Pool } from 'undici';
import { ConnectionError, MalformedResponseError, RestError } from './errors.ts';

/** A page of 100 messages of the greatest length is some 26 MB; what is larger than this is no answer of this API. */
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

/** The connections to one upstream, shared by all operations of the process. */
export interface Transport {
  /**
   * Sends one request once and reads its whole answer, whatever its status.
   *
   * @throws ConnectionError where there is none or it breaks off, MalformedResponseError where it is too large, and
   * the signal's own reason once that is aborted.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  close(): Promise<void>;
}

export interface TransportOptions {
  /** Base URL of the REST API, such as `https://host/v1`. */
  readonly url: string;
  /** The most connections at a time; what is beyond waits. */
  readonly connections: number;
}

/** Connections to one upstream, opened as they are needed. @throws TypeError where `url` is none */
export function createTransport({ url, connections }: TransportOptions): Transport {
  const base = new URL(url);
  const root = base.pathname.replace(/\/+$/, '');
  const pool = new Pool(base.origin, {
    connections,
    pipelining: 1,
    maxResponseSize: MAX_RESPONSE_BYTES,
    // Each request brings its own deadline as a signal.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  // With these no connection came about: nobody listened, no such name, no certificate to trust.
  const neverSent = new WeakSet<object>();
  pool.on('connectionError', (_url, _targets, error) => neverSent.add(error));
  return {
    async send({ method, path, headers, body, signal }) {
      try {
        const answer = await pool.request({ method, path: root + path, headers, body: body ?? null, signal });
        return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
      } catch (error) {
        throw transportError(error, signal, neverSent);
      }
    },
    close: () => pool.destroy(),
  };
}

function transportError(error: unknown, signal: AbortSignal, neverSent: WeakSet<object>): RestError {
  if (signal.reason instanceof RestError) return signal.reason;
  if (error instanceof errors.ResponseExceededMaxSizeError) {
    return new MalformedResponseError('The upstream answered with more than this API can have to say');
  }
  return error instanceof Error && neverSent.has(error)
    ? new ConnectionError('The upstream cannot be reached', false, error)
    : new ConnectionError('The connection to the upstream broke off', true, error);
}
