/**
 * Bounds what the process holds of one upstream: connections in use, and bytes of response bodies. Bytes are held until the
 * operation that read them ends, since its result is made of them.
 *
 * Past the process's bound, operations wait instead of failing: no request begins, and reads in progress stop. If all
 * waited for each other, none would ever end, so the oldest goes on. It alone may exceed the process's bound, by at most the
 * bound of one operation.
 */
import { NotSentError, OperationBytesError } from './errors.ts';
import type { Signal } from './signal.ts';

export interface TrafficLimits {
  /** Requests in flight. */
  readonly connections: number;
  /** Bytes that all operations together may hold before they wait. */
  readonly bytes: number;
  /** Bytes that one operation may hold. It may drop as many, of pages that were too large. */
  readonly operationBytes: number;
}

export interface Traffic {
  open(): OperationTraffic;
  counts(): { readonly connections: number; readonly bytes: number; readonly waiting: number };
}

/** What one operation holds. */
export interface OperationTraffic {
  /**
   * Waits for a connection, and while too many bytes are held. Requests begin in the order in which they came.
   *
   * @returns a promise only if it has to wait
   *
   * @param isWrite a write has been carried out when its response arrives: that is counted, but is never refused or stopped
   * @throws NotSentError once the signal is aborted; OperationBytesError
   */
  begin(signal: Signal, isWrite: boolean): Transfer | Promise<Transfer>;
  /** Counts bytes that another operation has read for both. @throws OperationBytesError */
  hold(bytes: number): void;
  /** Releases what the operation holds. Transfers in progress release theirs when they end. */
  end(): void;
}

/** A request that has a connection. */
export interface Transfer {
  /**
   * Counts bytes that have arrived.
   *
   * @returns a promise if reading must stop until it is fulfilled, which it is not if the transfer ends first
   * @throws OperationBytesError
   */
  add(bytes: number): Promise<void> | undefined;
  /** Gives the connection back. @param isKept whether the operation holds on to what has arrived */
  end(isKept: boolean): void;
}

/** Operations that hold less than this count as small. */
const SMALL_BYTES = 256 * 1024;
/** The part of the process's bytes that only small operations may take, so that large ones rarely stop them. */
const PART_FOR_SMALL = 1 / 4;

interface Operation {
  /** The smaller, the older. */
  readonly number: number;
  /** All that is held, transfers in progress included. */
  bytes: number;
  /** What transfers that have ended hold. */
  keptBytes: number;
  droppedBytes: number;
  inFlight: number;
  isExhausted: boolean;
  hasEnded: boolean;
}

/** A request that waits to begin, or a transfer that is stopped. */
interface Waiter {
  readonly operation: Operation;
  readonly go: () => void;
}

export function createTraffic(limits: TrafficLimits): Traffic {
  return new ProcessTraffic(limits);
}

class ProcessTraffic implements Traffic {
  readonly #limits: TrafficLimits;
  #free: number;
  #bytes = 0;
  #operations = 0;
  /** In the order in which they came. */
  readonly #starting = new Set<Waiter>();
  readonly #stopped = new Set<Waiter>();
  /** The operation that goes on although too many bytes are held. */
  #favoured: Operation | undefined;

  constructor(limits: TrafficLimits) {
    this.#limits = limits;
    this.#free = limits.connections;
  }

  counts() {
    const waiting = this.#starting.size + this.#stopped.size;
    return { connections: this.#limits.connections - this.#free, bytes: this.#bytes, waiting };
  }

  open(): OperationTraffic {
    const operation: Operation = {
      number: this.#operations++,
      bytes: 0,
      keptBytes: 0,
      droppedBytes: 0,
      inFlight: 0,
      isExhausted: false,
      hasEnded: false,
    };
    return {
      begin: (signal, isWrite) => {
        if (!isWrite) this.#requireWithin(operation);
        if (signal.reason !== undefined) throw new NotSentError(signal.reason);
        const isFree = this.#starting.size === 0 && this.#mayBegin(operation);
        return isFree ? this.#transfer(operation, isWrite) : this.#wait(operation, signal, isWrite);
      },
      hold: (bytes) => {
        if (operation.hasEnded) return;
        this.#add(operation, bytes);
        operation.keptBytes += bytes;
        this.#requireWithin(operation);
      },
      end: () => {
        operation.hasEnded = true;
        this.#add(operation, -operation.keptBytes);
        operation.keptBytes = 0;
        this.#advance();
      },
    };
  }

  #wait(operation: Operation, signal: Signal, isWrite: boolean): Promise<Transfer> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#starting.delete(waiter);
        if (signal.reason !== undefined) reject(new NotSentError(signal.reason));
      };
      const go = () => {
        signal.removeEventListener('abort', onAbort);
        resolve(this.#transfer(operation, isWrite));
      };
      const waiter = { operation, go };
      this.#starting.add(waiter);
      signal.addEventListener('abort', onAbort);
      this.#advance();
    });
  }

  #transfer(operation: Operation, isWrite: boolean): Transfer {
    this.#free--;
    operation.inFlight++;
    let held = 0;
    let waiter: Waiter | undefined;
    return {
      add: (bytes) => {
        held += bytes;
        this.#add(operation, bytes);
        if (isWrite) return undefined;
        this.#requireWithin(operation);
        if (this.#hasRoom(operation)) return undefined;
        return new Promise((go) => {
          waiter = { operation, go };
          this.#stopped.add(waiter);
          this.#advance();
        });
      },
      end: (isKept) => {
        if (waiter !== undefined) this.#stopped.delete(waiter);
        if (isKept && !operation.hasEnded) operation.keptBytes += held;
        else this.#drop(operation, held);
        this.#free++;
        operation.inFlight--;
        this.#advance();
      },
    };
  }

  #add(operation: Operation, bytes: number): void {
    operation.bytes += bytes;
    this.#bytes += bytes;
  }

  #drop(operation: Operation, bytes: number): void {
    this.#add(operation, -bytes);
    operation.droppedBytes += bytes;
    if (operation.droppedBytes > this.#limits.operationBytes) operation.isExhausted = true;
  }

  /** @throws OperationBytesError for good, so that an operation past its bound sends nothing more */
  #requireWithin(operation: Operation): void {
    const { operationBytes } = this.#limits;
    if (operation.bytes > operationBytes) operation.isExhausted = true;
    if (operation.isExhausted) throw new OperationBytesError(operationBytes);
  }

  #hasRoom(operation: Operation): boolean {
    if (operation === this.#favoured) return true;
    const isSmall = operation.bytes < SMALL_BYTES;
    return this.#bytes <= this.#limits.bytes * (isSmall ? 1 : 1 - PART_FOR_SMALL);
  }

  /** The favoured operation finds a connection: it has one, or one is kept free for it. */
  #mayBegin(operation: Operation): boolean {
    if (operation === this.#favoured) return this.#free > 0;
    const kept = this.#favoured?.inFlight === 0 ? 1 : 0;
    return this.#free > kept && this.#hasRoom(operation);
  }

  #advance(): void {
    if (this.#mayLoseFavour()) this.#favoured = undefined;
    for (const waiter of this.#stopped) {
      if (this.#hasRoom(waiter.operation)) this.#go(this.#stopped, waiter);
    }
    for (const waiter of this.#starting) {
      if (this.#free === 0) break;
      if (this.#mayBegin(waiter.operation)) this.#go(this.#starting, waiter);
    }
    if (this.#favoured !== undefined) return;
    this.#favoured = this.#oldestWaiting();
    if (this.#favoured !== undefined) this.#advance();
  }

  #go(waiters: Set<Waiter>, waiter: Waiter): void {
    waiters.delete(waiter);
    waiter.go();
  }

  /** Once it has ended, or nobody lacks room. */
  #mayLoseFavour(): boolean {
    if (this.#favoured === undefined) return false;
    const hasEnded = this.#favoured.hasEnded && this.#favoured.inFlight === 0;
    return hasEnded || this.#bytes <= this.#limits.bytes * (1 - PART_FOR_SMALL);
  }

  /** Of those that are stopped, since they have connections. Those that wait to begin get one when none is in use. */
  #oldestWaiting(): Operation | undefined {
    const isIdle = this.#free === this.#limits.connections;
    const waiters = this.#stopped.size > 0 ? this.#stopped : isIdle ? this.#starting : [];
    let oldest: Operation | undefined;
    for (const { operation } of waiters) {
      if (oldest === undefined || operation.number < oldest.number) oldest = operation;
    }
    return oldest;
  }
}
