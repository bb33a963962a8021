/** A proxy in front of a server, whose connections break when a test says so. */
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { type CutAt, passUntilCut } from './cut.ts';
import { listenLocally } from './listen.ts';

export interface TcpProxy {
  readonly url: string;
  /** Where new connections lead. */
  target: string;
  /** Breaks all connections. */
  cut(): void;
}

/** Closed after the test. @param cutAt where each connection breaks, by what the server has sent on it */
export async function startTcpProxy(target: string, cutAt: CutAt = () => undefined): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(new URL(proxy.target).port), '127.0.0.1');
    near.pipe(far);
    passUntilCut(far, near, cutAt);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => other.destroySoon());
    }
  });
  const port = await listenLocally(server);
  const proxy: TcpProxy = {
    url: `http://127.0.0.1:${port}/graphql`,
    target,
    cut() {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
  };
  onTestFinished(() => {
    proxy.cut();
    server.close();
  });
  return proxy;
}
