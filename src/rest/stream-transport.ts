import { Readable } from 'node:stream';
import { type Circuit, createCircuit } from './circuit.ts';
import { ConnectionError, type RestError } from './errors.ts';
import type { Receiver, ResponseHead } from './exchange.ts';
import { createPool, type HttpRequest } from './pool.ts';
import type { IncompleteEvents } from './sse-reader.ts';

export interface StreamResponse extends ResponseHead {
  /** @throws what {@link StreamTransport.send} throws, and ConnectionError if the stream is idle for too long */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Separate connections for the streams of one upstream, so that live runs do not occupy those of other requests. */
export interface StreamTransport {
  /** Number of streams that are open or being opened. */
  readonly open: number;
  /** What all streams hold of events that are not complete. */
  readonly incomplete: IncompleteEvents;
  /** Set once upstream has refused `stream`. Later requests are sent without it. */
  isRefused: boolean;
  /** Reserves one stream. @returns a function that releases it, or undefined if the limit is reached */
  reserve(): (() => void) | undefined;
  /**
   * Sends one request once. The caller must read the response to its end or abort the signal.
   *
   * @throws NotSentError if a signal is aborted before anything is sent, or while upstream is down; ConnectionError; the
   * signal's own reason once that is aborted
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
  /** That of the upstream's other connections. */
  readonly circuit?: Circuit;
}

/** Streams can be silent while tools run. If one is given up too early, polling replaces it. */
const DEFAULT_IDLE_MS = 120_000;

/** Opens connections to one upstream as needed. @throws TypeError if `url` is invalid */
export function createStreamTransport(options: StreamTransportOptions): StreamTransport {
  const { circuit = createCircuit() } = options;
  const pool = createPool(options.url, {
    connections: options.streams,
    bodyTimeout: options.idleMs ?? DEFAULT_IDLE_MS,
  });
  let open = 0;
  return {
    get open() {
      return open;
    },
    incomplete: { length: 0 },
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
      const report = circuit.begin();
      const receiver = new StreamReceiver();
      const exchange = pool.send(request, receiver);
      receiver.chunks.once('close', () => exchange.close());
      try {
        const head = await receiver.head;
        report(head.status === 503 ? 'down' : 'alive');
        return { ...head, chunks: receiver.chunks };
      } catch (error) {
        report(error instanceof ConnectionError ? 'down' : 'unknown', error);
        throw error;
      }
    },
    close: pool.close,
  };
}

/** Reading stops while nobody takes the chunks. */
class StreamReceiver implements Receiver {
  readonly head: Promise<ResponseHead>;
  readonly chunks: Readable;
  #resolve: (head: ResponseHead) => void = () => {};
  #reject: (error: RestError) => void = () => {};
  #onRead = () => {};

  constructor() {
    this.head = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.chunks = new Readable({ read: () => this.#onRead() });
    // Whoever reads is told.
    this.chunks.on('error', () => undefined);
  }

  start(head: ResponseHead): void {
    this.#resolve(head);
  }

  add(chunk: Uint8Array): Promise<void> | undefined {
    if (this.chunks.push(chunk)) return undefined;
    return new Promise((resolve) => {
      this.#onRead = resolve;
    });
  }

  end(): void {
    this.chunks.push(null);
  }

  fail(error: RestError): void {
    this.#reject(error);
    this.chunks.destroy(error);
  }
}
