import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A TCP connection to a server, on which a test writes what it likes. */
export interface RawConnection {
  readonly socket: Socket;
  write(text: string): void;
  /** What has been received, once it matches. @throws if the connection ends before */
  received(pattern: RegExp): Promise<string>;
  /** All that has been received, when the server has closed the connection. */
  readonly closed: Promise<string>;
  close(): Promise<void>;
}

/** @param localAddress a loopback address to connect from, such as `127.0.0.2` */
export async function connectTo(url: string, localAddress = '127.0.0.1'): Promise<RawConnection> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), localAddress });
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => socket.destroy());
  const closed = once(socket, 'close').then(() => text);
  await once(socket, 'connect');
  return {
    socket,
    closed,
    write: (written) => socket.write(written),
    async received(pattern) {
      while (!pattern.test(text)) {
        const hasEnded = await Promise.race([
          once(socket, 'data').then(() => false),
          closed.then(() => true),
        ]);
        if (hasEnded && !pattern.test(text)) throw new Error(`The connection ended after '${text}'`);
      }
      return text;
    },
    async close() {
      socket.destroy();
      await closed;
    },
  };
}

/** A request as text. @param body may be shorter than `length` */
export function requestText(
  body: string,
  headers: Record<string, string> = {},
  length = body.length,
): string {
  const all = {
    host: '127.0.0.1',
    'content-type': 'application/json',
    'content-length': String(length),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `POST /graphql HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** A request for a WebSocket. */
export const UPGRADE = [
  'GET /graphql HTTP/1.1',
  'host: 127.0.0.1',
  'connection: upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
  'sec-websocket-protocol: graphql-transport-ws',
  '\r\n',
].join('\r\n');
