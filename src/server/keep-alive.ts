import type { WebSocket } from 'ws';

/** The sockets take turns, so that the pings of thousands do not hold the event loop. */
const TURNS = 12;
/** A ping comes after all that was sent before it, so a slow reader has this many intervals to read some of that. */
const PATIENCE = 10;

interface Peer {
  readonly webSocket: WebSocket;
  /** Whether anything has come from the client since the last ping. */
  isAlive: boolean;
  /** Bytes that waited for the client at the last ping. */
  unsent: number;
  /** Pings in a row that the client has not answered. */
  unanswered: number;
}

/** Pings WebSockets, and terminates those whose client is gone. */
export interface KeepAlive {
  /** Watches a socket until it closes. */
  watch(webSocket: WebSocket): void;
  stop(): void;
}

/** @param intervalMs time between two pings on one socket: a client that has not answered by the next ping is gone */
export function createKeepAlive(intervalMs: number): KeepAlive {
  const turns = Array.from({ length: TURNS }, () => new Set<Peer>());
  let turn = 0;
  const timer = setInterval(() => {
    for (const peer of turns[turn] ?? []) check(peer);
    turn = (turn + 1) % TURNS;
  }, intervalMs / TURNS);
  timer.unref();
  let watched = 0;
  return {
    watch(webSocket) {
      const peer: Peer = { webSocket, isAlive: true, unsent: 0, unanswered: 0 };
      const peers = turns[watched++ % TURNS];
      const onSign = () => {
        peer.isAlive = true;
      };
      peers?.add(peer);
      webSocket.on('pong', onSign);
      webSocket.on('message', onSign);
      webSocket.once('close', () => peers?.delete(peer));
    },
    stop: () => clearInterval(timer),
  };
}

function check(peer: Peer): void {
  const { webSocket } = peer;
  const unsent = webSocket.bufferedAmount;
  const isReading = unsent < peer.unsent;
  peer.unanswered = peer.isAlive || isReading ? 0 : peer.unanswered + 1;
  peer.isAlive = false;
  peer.unsent = unsent;
  if (peer.unanswered > (unsent > 0 ? PATIENCE : 0)) webSocket.terminate();
  else webSocket.ping();
}
