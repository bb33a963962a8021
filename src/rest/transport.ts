import { type Circuit, type CircuitLimits, createCircuit, type Verdict } from './circuit.ts';
import { type Clock, createSystemClock } from './clock.ts';
import { ConnectionError, DeadlineError, NotSentError } from './errors.ts';
import type { ResponseHead } from './exchange.ts';
import { createPauses, type Pauses } from './pause.ts';
import { createPool, type HttpRequest } from './pool.ts';
import { ResponseReader, type WholeResponse } from './response-reader.ts';
import { RESPONSE_LIMITS, type ResponseLimits } from './response-text.ts';
import { createTraffic, type OperationTraffic, type Traffic, type Transfer } from './traffic.ts';
import { createTurns } from './turns.ts';

export interface HttpResponse extends ResponseHead {
  readonly text: string;
}

export interface SendOptions {
  /** What the response counts towards. By default nothing, once the response is there. */
  readonly traffic?: OperationTraffic;
  readonly limits?: ResponseLimits;
  /** Called when the request has a connection and nothing keeps it from being sent. */
  readonly onSend?: (() => void) | undefined;
}

/** The connections to one upstream, shared by all operations of a process. */
export interface Transport {
  /** For an operation that begins. */
  readonly traffic: Traffic;
  readonly circuit: Circuit;
  readonly pauses: Pauses;
  /**
   * Sends one request once and reads the whole response, whatever its status.
   *
   * @returns the response, and the bytes of its body, in a turn of the event loop that has few other bytes to parse
   * @throws NotSentError if a signal is aborted before anything is sent, or while upstream is down; ConnectionError if the
   * connection fails or breaks; ResponseTooLargeError; OperationBytesError; the signal's reason once it is aborted
   */
  send(request: HttpRequest, options?: SendOptions): Promise<WholeResponse>;
  close(): Promise<void>;
}

export interface TransportOptions {
  /** Base URL of the REST API, such as `https://host/v1`. */
  readonly url: string;
  /** Maximum number of connections; further requests wait. */
  readonly connections: number;
  /** Bytes of responses that all operations may hold. */
  readonly maxBytes?: number;
  /** Bytes of responses that one operation may hold. */
  readonly maxOperationBytes?: number;
  /** A request is a timeout if its deadline passes when there has been no response for this many milliseconds. */
  readonly silenceMs?: number;
  readonly circuit?: Partial<CircuitLimits>;
  /** For pauses. */
  readonly clock?: Clock;
  /** @param error what the upstream failed with last, if it is down now */
  readonly onCircuitChange?: (isOpen: boolean, error?: unknown) => void;
}

/** Bytes of bodies that are parsed in one turn of the event loop, unless one body has more. It takes some 5 ms. */
const BYTES_PER_TURN = 256 * 1024;

export const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
export const DEFAULT_MAX_OPERATION_BYTES = 32 * 1024 * 1024;
const DEFAULT_SILENCE_MS = 15_000;

/** Opens connections to one upstream as needed. @throws TypeError if `url` is invalid */
export function createTransport(options: TransportOptions): Transport {
  const { url, connections, silenceMs = DEFAULT_SILENCE_MS } = options;
  // The signal of each request carries its deadline.
  const pool = createPool(url, { connections, bodyTimeout: 0 });
  const circuit = createCircuit({ limits: options.circuit, onChange: options.onCircuitChange });
  const traffic = createTraffic({
    connections,
    bytes: options.maxBytes ?? DEFAULT_MAX_BYTES,
    operationBytes: options.maxOperationBytes ?? DEFAULT_MAX_OPERATION_BYTES,
  });
  const turn = createTurns(BYTES_PER_TURN);

  /** Sends a request that has a connection. */
  const exchange = (
    request: HttpRequest,
    transfer: Transfer,
    { limits = RESPONSE_LIMITS, onSend }: SendOptions,
  ) => {
    const report = circuit.begin();
    onSend?.();
    const startedAt = performance.now();
    const reader = new ResponseReader(transfer, limits);
    const sent = pool.send(request, reader);
    reader.response.then(
      ({ status }) => report(status === 503 ? 'down' : 'alive'),
      (error: unknown) => {
        const isSilent = performance.now() - startedAt >= silenceMs;
        report(verdictOf(error, sent.status, isSilent), error);
      },
    );
    return reader.response;
  };

  return {
    traffic,
    circuit,
    pauses: createPauses(options.clock ?? createSystemClock()),
    async send(request, options = {}) {
      const { method, signal, startSignal = signal } = request;
      circuit.check();
      const operation = options.traffic ?? traffic.open();
      const begun = operation.begin(startSignal, method !== 'GET');
      const transfer = begun instanceof Promise ? await begun : begun;
      let isKept = false;
      try {
        const response = await exchange(request, transfer, options);
        isKept = response.status < 400;
        const ownTurn = turn(response.bytes);
        if (ownTurn !== undefined) await ownTurn;
        return response;
      } finally {
        transfer.end(isKept);
        if (options.traffic === undefined) operation.end();
      }
    },
    close: pool.close,
  };
}

function verdictOf(error: unknown, status: number | undefined, isSilent: boolean): Verdict {
  if (error instanceof ConnectionError || status === 503) return 'down';
  if (status !== undefined) return 'alive';
  const reason = error instanceof NotSentError ? error.reason : error;
  return reason instanceof DeadlineError && isSilent ? 'silent' : 'unknown';
}
