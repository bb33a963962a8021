import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { atExpiry } from './expiry.ts';
import type { SocketOperations } from './socket-operations.ts';

/** What happens on a WebSocket when the token of its client has expired. */
export interface SocketExpiry {
  readonly isOver: boolean;
  /** Fulfilled when the socket has closed: an event after the end is not delivered. */
  readonly closed: Promise<void>;
  /** @param expiresAt in milliseconds since 1970. Undefined if the socket may stay open */
  begin(expiresAt: number | undefined): void;
}

/**
 * Closes the socket with 4403, after which clients reconnect and can send another token: at once if it has subscriptions only, else
 * after its queries and mutations. Subscriptions stand still until then, so that no client takes them to be complete.
 */
export function createSocketExpiry(socket: WebSocket, operations: SocketOperations): SocketExpiry {
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let isOver = false;
  return {
    get isOver() {
      return isOver;
    },
    closed,
    begin(expiresAt) {
      const cancel = atExpiry(expiresAt, () => {
        isOver = true;
        void operations.drained().then(() => socket.close(CloseCode.Forbidden, 'The token has expired'));
      });
      void closed.then(cancel);
    },
  };
}
