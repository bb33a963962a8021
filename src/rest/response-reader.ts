import { type OperationBytesError, ResponseTooLargeError, type RestError } from './errors.ts';
import type { Receiver, ResponseHead } from './exchange.ts';
import { ERROR_LIMITS, type ResponseLimits, ResponseText } from './response-text.ts';
import type { Transfer } from './traffic.ts';

export interface WholeResponse extends ResponseHead {
  readonly text: string;
  /** Of the body. */
  readonly bytes: number;
}

/** Reads a response of a bounded size as a whole. */
export class ResponseReader implements Receiver {
  /** Rejected with {@link ResponseTooLargeError} or {@link OperationBytesError}, or with what the exchange failed with. */
  readonly response: Promise<WholeResponse>;
  readonly #transfer: Transfer;
  #limits: ResponseLimits;
  #text: ResponseText;
  #head: ResponseHead = { status: 0, headers: {} };
  #resolve: (response: WholeResponse) => void = () => {};
  #reject: (error: RestError) => void = () => {};

  constructor(transfer: Transfer, limits: ResponseLimits) {
    this.#transfer = transfer;
    this.#limits = limits;
    this.#text = new ResponseText(limits);
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  start(head: ResponseHead): void {
    this.#head = head;
    if (head.status >= 400) {
      this.#limits = ERROR_LIMITS;
      this.#text = new ResponseText(ERROR_LIMITS);
    }
    const announced = Number(head.headers['content-length'] ?? 0);
    if (announced > this.#limits.bytes) throw new ResponseTooLargeError(this.#limits.bytes);
  }

  add(chunk: Uint8Array): Promise<void> | undefined {
    this.#text.add(chunk);
    return this.#transfer.add(chunk.byteLength);
  }

  end(): void {
    this.#resolve({ ...this.#head, text: this.#text.end(), bytes: this.#text.bytes });
  }

  /** An error response that is too large still has its status. */
  fail(error: RestError): void {
    const isErrorResponse = this.#head.status >= 400 && error instanceof ResponseTooLargeError;
    if (isErrorResponse) this.#resolve({ ...this.#head, text: '', bytes: this.#text.bytes });
    else this.#reject(error);
  }
}
