/** What is in memory of one request or response. */
export interface Transfer {
  readonly bytes: number;
  /**
   * Changes how much is in memory.
   *
   * @throws TooManyBytesError if there is no room, even without the clients that are waited for. The transfer has ended then
   */
  set(bytes: number): void;
  /** From now on the client is not waited for, so that disconnecting it would not help. */
  keep(): void;
  /** Nothing is in memory any more. */
  end(): void;
}

/** There is no room, even without the clients that are waited for. */
export class TooManyBytesError extends Error {
  override name = 'TooManyBytesError';

  constructor() {
    super('The server holds as many bytes of requests as it may: try again later');
  }
}

/**
 * Bounds the bytes of all requests, or of all responses, that are in memory. Beyond the maximum, the client is disconnected
 * that has sent or read nothing for the longest time: slow clients cost the others nothing.
 */
export class InTransit {
  readonly #maxBytes: number;
  /** Of clients that are waited for. Those that moved last come last. */
  readonly #waiting = new Set<OpenTransfer>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @param disconnect called at most once, if the room is needed for others */
  begin(disconnect: () => void): Transfer {
    const transfer: OpenTransfer = {
      bytes: 0,
      hasEnded: false,
      disconnect,
      set: (bytes) => this.#set(transfer, bytes),
      keep: () => this.#waiting.delete(transfer),
      end: () => this.#end(transfer),
    };
    this.#waiting.add(transfer);
    return transfer;
  }

  #set(transfer: OpenTransfer, bytes: number): void {
    if (transfer.hasEnded) return;
    const isMore = bytes > transfer.bytes;
    this.#bytes += bytes - transfer.bytes;
    transfer.bytes = bytes;
    if (this.#waiting.delete(transfer)) this.#waiting.add(transfer);
    if (isMore) this.#makeRoom(transfer);
  }

  #end(transfer: OpenTransfer): void {
    this.#set(transfer, 0);
    transfer.hasEnded = true;
    this.#waiting.delete(transfer);
  }

  #makeRoom(transfer: OpenTransfer): void {
    for (const oldest of this.#waiting) {
      if (this.#bytes <= this.#maxBytes) return;
      if (oldest === transfer || oldest.bytes === 0) continue;
      this.#end(oldest);
      oldest.disconnect();
    }
    if (this.#bytes <= this.#maxBytes) return;
    this.#end(transfer);
    throw new TooManyBytesError();
  }
}

interface OpenTransfer extends Transfer {
  bytes: number;
  hasEnded: boolean;
  readonly disconnect: () => void;
}
