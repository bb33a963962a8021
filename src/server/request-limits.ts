/** How long a request may take to arrive, how large its head may be, and what clients are told beyond that. */
import type { Server as HttpServer, IncomingMessage, ServerOptions } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createBeginner } from './intake.ts';
import { type Rejection, rejectConnection } from './origin.ts';

export interface RequestTimeouts {
  /** Until the end of the headers, from the connection or from the beginning of a later request, in milliseconds. */
  readonly headersMs: number;
  /** Until the end of the body, in milliseconds. */
  readonly requestMs: number;
  /** The same for a file. By default `requestMs`. */
  readonly uploadMs?: number;
  /** Without a byte in either direction, in milliseconds: for clients that do not read. */
  readonly idleMs: number;
}

/** The longest body needs 1 Mbit/s. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
/** An operation may be silent until its deadline, or until that of WAIT. */
const WAIT_MS = 60_000;
const MAX_HEAD_BYTES = 16 * 1024;
const MAX_HEADERS = 100;

/** @param operationMs deadline of an operation, in milliseconds @param uploadMs that of an upload */
export function requestTimeouts(operationMs: number, uploadMs: number): RequestTimeouts {
  const idleMs = 2 * Math.max(operationMs, WAIT_MS);
  return { headersMs: HEADERS_MS, requestMs: REQUEST_MS, uploadMs: Math.max(uploadMs, REQUEST_MS), idleMs };
}

export function httpOptions({ headersMs, requestMs, uploadMs = requestMs }: RequestTimeouts): ServerOptions {
  return {
    headersTimeout: headersMs,
    // That of other requests is shorter: see LateRequests.
    requestTimeout: uploadMs,
    connectionsCheckingInterval: headersMs / 10,
    maxHeaderSize: MAX_HEAD_BYTES,
  };
}

/** Ends the connections of clients that do not read, and says why a request that is not complete is rejected. */
export function limitRequests(server: HttpServer, timeouts: RequestTimeouts): void {
  // Thousands of requests can be late at the same moment.
  const inTurn = createBeginner();
  const rejected = new WeakSet<Duplex>();
  server.setTimeout(timeouts.idleMs);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // What follows an invalid request is invalid too.
    if (rejected.has(socket)) return;
    rejected.add(socket);
    inTurn(() => {
      // Nobody reads it, or it would end up within a response.
      if (!(socket instanceof Socket) || !socket.writable || socket.bytesWritten > 0) socket.destroy();
      else rejectConnection(socket, rejectionFor(error.code, timeouts));
    });
  });
}

function rejectionFor(code: string | undefined, timeouts: RequestTimeouts): Rejection {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    const { headersMs, requestMs } = timeouts;
    return rejection(
      408,
      `The headers must arrive within ${headersMs} ms and the body within ${requestMs} ms`,
    );
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return rejection(431, `The headers must be at most ${MAX_HEAD_BYTES} bytes long`);
  }
  return rejection(400, 'The request is not valid HTTP');
}

/** Node accepts as many headers as fit. */
export function headersRejection({ rawHeaders }: IncomingMessage): Rejection | undefined {
  if (rawHeaders.length <= 2 * MAX_HEADERS) return undefined;
  return rejection(431, `A request must have at most ${MAX_HEADERS} headers`);
}

function rejection(status: Rejection['status'], message: string): Rejection {
  return { status, code: 'BAD_USER_INPUT', message };
}

/** Ends requests whose bodies do not arrive in time. Node has one timeout for all requests, and files may take longer. */
export class LateRequests {
  readonly #server: HttpServer;
  readonly #ms: number;
  readonly #waiting = new Map<IncomingMessage, number>();

  constructor(server: HttpServer, { headersMs, requestMs }: RequestTimeouts) {
    this.#server = server;
    this.#ms = requestMs;
    const timer = setInterval(() => this.#check(), headersMs / 10).unref();
    server.once('close', () => clearInterval(timer));
  }

  /** A request has arrived, up to the end of its headers. */
  add(request: IncomingMessage): void {
    this.#waiting.set(request, performance.now());
    request.once('close', () => this.#waiting.delete(request));
  }

  #check(): void {
    const startedBefore = performance.now() - this.#ms;
    for (const [request, startedAt] of this.#waiting) {
      if (request.complete || request.destroyed) this.#waiting.delete(request);
      else if (startedAt < startedBefore) {
        this.#waiting.delete(request);
        const error = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
        this.#server.emit('clientError', error, request.socket);
      }
    }
  }
}
