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

/** @param operationMs deadline of an operation, in milliseconds */
export function requestTimeouts(operationMs: number): RequestTimeouts {
  return { headersMs: HEADERS_MS, requestMs: REQUEST_MS, idleMs: 2 * Math.max(operationMs, WAIT_MS) };
}

export function httpOptions({ headersMs, requestMs }: RequestTimeouts): ServerOptions {
  return {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
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
