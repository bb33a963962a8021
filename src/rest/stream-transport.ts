import type { IncomingHttpHeaders } from 'node:http';
import { createPool, type UpstreamPool } from './pool.ts';
import type { HttpRequest } from './transport.ts';

export interface StreamResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** @throws as {@link StreamTransport.send} does, also where nothing has come for too long */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Connections of their own for the streams of one upstream, so that live runs never take those of other requests. */
export interface StreamTransport {
  /** Streams that are open or being opened. */
  readonly open: number;
  /** True once upstream has refused `stream`: it is not asked again. Set by whoever finds out. */
  isRefused: boolean;
  /** Takes room for one stream, until the function returned is called. Undefined if the limit is reached. */
  reserve(): (() => void) | undefined;
  /**
   * Sends one request once. The response ends early if the signal is aborted; the caller must read it or abort the signal.
   *
   * @throws ConnectionError; the signal's own reason once that is aborted
   */
  send(request: HttpRequest): Promise<StreamResponse>;
  close(): Promise<void>;
}

export interface StreamTransportOptions {
  /** Base URL of the REST API. */
  readonly url: string;
  /** The most streams at a time. */
  readonly streams: number;
  /** After this many milliseconds without a byte, a stream counts as broken. */
  readonly idleMs?: number;
}

/** A code interpreter can be silent for long; what is lost with a broken stream is only the speed of its text. */
const DEFAULT_IDLE_MS = 120_000;

/** Opens no connection yet. @throws TypeError if `url` is not a URL */
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
