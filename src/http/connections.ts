import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** Closes the connections of a server that stops. */
export interface Connections {
  /**
   * Accepts no more connections, and closes each once it is idle. Node closes no connection that has never carried a request,
   * such as browsers open ahead, and keeps one that becomes idle later. @param signal closes the rest
   */
  close(signal: AbortSignal): Promise<void>;
}

/** To be called before the server listens. */
export function trackConnections(server: Server): Connections {
  const unused = new Set<Socket>();
  let isClosing = false;
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('upgrade', ({ socket }: IncomingMessage) => unused.delete(socket));
  server.on('request', ({ socket }, response) => {
    unused.delete(socket);
    response.once('close', () => {
      if (isClosing) server.closeIdleConnections();
    });
  });
  return {
    async close(signal) {
      isClosing = true;
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of unused) socket.destroy();
      server.closeIdleConnections();
      const closeAll = () => server.closeAllConnections();
      signal.addEventListener('abort', closeAll, { once: true });
      await closed;
      signal.removeEventListener('abort', closeAll);
    },
  };
}
