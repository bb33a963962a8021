/** Begins requests, and operations of WebSockets, one after the other: many that arrive together do not hold the event loop. */
import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/** How long requests are begun in one turn of the event loop, in milliseconds. */
const TURN_MS = 5;
/** Requests of one connection that may be unfinished. A connection with more is closed. */
export const MAX_PIPELINED = 32;
/** Requests of all connections that wait for those before them on theirs. Each takes some 5 KB. */
export const MAX_WAITING = 2_000;

export interface Intake {
  /**
   * Begins a request when those before it on its connection have their responses, and in its turn among all connections. Node
   * begins all pipelined requests at once: any number of operations and unread responses of one client.
   *
   * @param response emits `close` when it has been sent
   */
  add(socket: Socket, response: EventEmitter, begin: () => void): void;
}

export function createIntake(inTurn: Beginner): Intake {
  const pipelines = new WeakMap<Socket, (() => void)[]>();
  let waiting = 0;
  return {
    add(socket, response, begin) {
      const pipeline = pipelines.get(socket) ?? [];
      pipelines.set(socket, pipeline);
      const mustWait = pipeline.length > 0;
      if (pipeline.length >= MAX_PIPELINED || (mustWait && waiting >= MAX_WAITING)) {
        socket.destroy();
        return;
      }
      const beginInTurn = () => inTurn(() => !socket.destroyed && begin());
      response.once('close', () => {
        pipeline.shift();
        if (pipeline.length > 0) waiting--;
        pipeline[0]?.();
      });
      pipeline.push(beginInTurn);
      if (mustWait) waiting++;
      else beginInTurn();
    },
  };
}

/**
 * Calls each `begin` in the order in which they came, for a few milliseconds of each turn of the event loop.
 *
 * @param goesFirst before all that wait
 */
export type Beginner = (begin: () => void, goesFirst?: boolean) => void;

export function createBeginner(): Beginner {
  const waiting: (() => void)[] = [];
  let turnEnd: number | undefined;
  let isBeginning = false;

  const startTurn = () => {
    turnEnd = performance.now() + TURN_MS;
    setImmediate(() => {
      turnEnd = undefined;
      proceed();
    });
  };
  const proceed = () => {
    if (isBeginning || waiting.length === 0) return;
    if (turnEnd === undefined) startTurn();
    else if (performance.now() >= turnEnd) return;
    isBeginning = true;
    waiting.shift()?.();
    // After all that follows from it at once.
    queueMicrotask(() =>
      process.nextTick(() => {
        isBeginning = false;
        proceed();
      }),
    );
  };
  return (begin, goesFirst = false) => {
    if (goesFirst) waiting.unshift(begin);
    else waiting.push(begin);
    proceed();
  };
}

/** @returns a promise of the next turn of one connection. It waits for one at a time, so that connections alternate */
export function createConnectionTurns(inTurn: Beginner): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(() => new Promise<void>((begin) => inTurn(begin)));
    return last;
  };
}
