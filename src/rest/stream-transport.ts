import type { IncomingHttpHeaders } from 'node:http';
import { createPool, type UpstreamPool } from './pool.ts';
import type { HttpRequest } from './transport.ts';

export interface StreamResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** @throws what {@link StreamTransport.send} throws, and ConnectionError if the stream is idle for too long */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Separate connections for the streams of one upstream, so that live runs do not occupy those of other requests. */
export interface StreamTransport {
  /** Number of streams that are open or being opened. */
  readonly open: number;
  /** Set once upstream has refused `stream`. Later requests are sent without it. */
  isRefused: boolean;
  /** Reserves one stream. @returns a function that releases it, or undefined if the limit is reached */
  reserve(): (() => void) | undefined;
  /**
   * Sends one request once. The caller must read the response to its end or abort the signal.
   *
   * @throws ConnectionError; the reason of the signal once it is aborted
   */
  send(request: HttpRequest): Promise<StreamResponse>;
  close(): Promise<void>;
}

export interface StreamTransportOptions {
  /** Base URL of the REST API. */
  readonly url: string;
  /** Maximum number of streams at a time. */
  readonly streams: number;
  /** A stream that is idle for this many milliseconds is considered broken. */
  readonly idleMs?: number;
}

/** Streams can be silent while tools run. If one is given up too early, polling replaces it. */
const DEFAULT_IDLE_MS = 120_000;

/** Opens connections to one upstream as needed. @throws TypeError if `url` is invalid */
export function createStreamTransport(options: StreamTransportOptions): StreamTransport {
  const pool = createPool(options.url, {
    connections: options.streams,
    bodyTimeout: options.idleMs ?? DEFAULT_IDLE_MS,
  });
  let open = 0;
  return {
    get open() {
      return open;
    },
    isRefused: false,
    reserve() {
      if (open >= options.streams) return undefined;
      open++;
      let isReleased = false;
      return () => {
        if (!isReleased) open--;
        isReleased = true;
      };
    },
    async send(request) {
      try {
        const { statusCode: status, headers, body } = await pool.request(request);
        return { status, headers, chunks: readChunks(body, request.signal, pool) };
      } catch (error) {
        throw pool.errorOf(error, request.signal);
      }
    },
    close: pool.close,
  };
}

async function* readChunks(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  pool: UpstreamPool,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body;
  } catch (error) {
    throw pool.errorOf(error, signal);
  }
}
