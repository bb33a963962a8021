import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { AbortedError, ConnectionError, NotSentError, RestError } from './errors.ts';
import type { Signal } from './signal.ts';

export interface ResponseHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** What becomes of a response. A RestError that a method throws ends the exchange. */
export interface Receiver {
  start(head: ResponseHead): void;
  /** @returns a promise if reading must stop until it is fulfilled */
  add(chunk: Uint8Array): Promise<void> | undefined;
  end(): void;
  /** Called instead of `end`, at any time. */
  fail(error: RestError): void;
}

export interface ExchangeSignals {
  /** Ends the request wherever it is. */
  readonly signal: Signal;
  /** The same, as long as nothing has been sent. */
  readonly startSignal: Signal;
}

/**
 * One request and its response, as the HTTP client reports them. Undici's own `request` would not do: it notices an aborted
 * signal only once the request has a connection, and does not tell whether anything was sent.
 *
 * It fails with NotSentError if a signal is aborted before anything is sent, later with the signal's reason; with
 * ConnectionError, `reached` if anything was sent.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #receiver: Receiver;
  readonly #signals: ExchangeSignals;
  #controller: Dispatcher.DispatchController | undefined;
  #status: number | undefined;
  #isSent = false;
  #isOver = false;

  constructor(receiver: Receiver, signals: ExchangeSignals) {
    this.#receiver = receiver;
    this.#signals = signals;
    signals.signal.addEventListener('abort', this.#onAbort);
    if (signals.startSignal !== signals.signal) signals.startSignal.addEventListener('abort', this.#onAbort);
    this.#onAbort();
  }

  /** Undefined until the head of the response has arrived. */
  get status(): number | undefined {
    return this.#status;
  }

  /** Closes the connection, unless the response is complete. */
  close(): void {
    this.#fail(new AbortedError('The response is no longer wanted'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Called just before anything is written to the connection, and nothing is if the request is aborted here.
    if (this.#isOver) controller.abort(NOT_WANTED);
    else this.#isSent = true;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#status = status;
    this.#pass(() => this.#receiver.start({ status, headers }));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#pass(() => {
      const room = this.#receiver.add(chunk);
      if (room === undefined) return;
      controller.pause();
      void room.then(() => controller.resume());
    });
  }

  onResponseEnd(): void {
    this.#pass(() => {
      this.#receiver.end();
      this.#end();
    });
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    const message = this.#isSent ? 'The connection to the upstream was lost' : 'The upstream is unreachable';
    this.#fail(new ConnectionError(message, this.#isSent, error));
  }

  readonly #onAbort = () => {
    const { signal, startSignal } = this.#signals;
    if (signal.reason !== undefined)
      this.#fail(this.#isSent ? signal.reason : new NotSentError(signal.reason));
    else if (startSignal.reason !== undefined && !this.#isSent)
      this.#fail(new NotSentError(startSignal.reason));
  };

  #pass(step: () => void): void {
    if (this.#isOver) return;
    try {
      step();
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      this.#fail(error);
    }
  }

  #fail(error: RestError): void {
    if (this.#isOver) return;
    this.#end();
    this.#receiver.fail(error);
  }

  #end(): void {
    this.#isOver = true;
    this.#signals.signal.removeEventListener('abort', this.#onAbort);
    this.#signals.startSignal.removeEventListener('abort', this.#onAbort);
    // Does nothing to a response that is complete.
    this.#controller?.abort(NOT_WANTED);
  }
}

const NOT_WANTED = new Error('The response is no longer wanted');
