import type { SocketOperations } from './socket-operations.ts';

export interface SocketInboxOptions {
  readonly operations: SocketOperations;
  /** Handles a message. Fulfilled when the operation that it has begun has finished. */
  readonly handle: (message: string) => Promise<void>;
  /** Whether the client still wants the result of an operation. */
  readonly isWanted: (id: string) => boolean;
  /** Called if the client uses an ID for two operations at a time. */
  readonly onDuplicate: (id: string) => void;
  /** Counts a message as long as it is needed. @returns ends that */
  readonly count: (message: string) => () => void;
}

interface CountedMessage {
  readonly message: string;
  readonly release: () => void;
}

/**
 * Hands over the messages of one WebSocket. A client may use the ID of an operation again once it has completed it, but
 * graphql-ws takes what is left of the old operation for the new one. So the new one waits until the old one has finished.
 */
export class SocketInbox {
  readonly #options: SocketInboxOptions;
  /** `subscribe` messages that wait, by ID. */
  readonly #waiting = new Map<string, CountedMessage>();

  constructor(options: SocketInboxOptions) {
    this.#options = options;
  }

  receive(message: string): void {
    const { operations, onDuplicate } = this.#options;
    const { type, id } = operations.hasEnding ? headOf(message) : {};
    if (typeof id !== 'string' || !operations.isEnding(id)) this.#handle(this.#counted(message));
    else if (type === 'complete') this.#takeWaiting(id)?.release();
    else if (this.#waiting.has(id)) onDuplicate(id);
    else this.#waiting.set(id, this.#counted(message));
  }

  /** The socket has closed. */
  close(): void {
    for (const id of [...this.#waiting.keys()]) this.#takeWaiting(id)?.release();
  }

  #counted(message: string): CountedMessage {
    return { message, release: this.#options.count(message) };
  }

  #takeWaiting(id: string): CountedMessage | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #handle({ message, release }: CountedMessage): void {
    const { operations, handle, isWanted } = this.#options;
    const finished = handle(message);
    const begun = operations.takeBegun();
    // graphql-ws has removed by now what the client has just completed.
    operations.keepOnly(isWanted);
    void finished.then(() => {
      release();
      if (begun !== undefined) this.#onFinish(begun);
    });
  }

  #onFinish(id: string): void {
    this.#options.operations.finish(id);
    const waiting = this.#takeWaiting(id);
    if (waiting !== undefined) this.#handle(waiting);
  }
}

/** Undefined members for what is not a message: graphql-ws refuses it. */
function headOf(message: string): { type?: unknown; id?: unknown } {
  try {
    return Object(JSON.parse(message));
  } catch {
    return {};
  }
}
