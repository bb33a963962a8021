/**
 * What one GraphQL operation works with: an HTTP request, an operation on a WebSocket, or one event of a subscription. It
 * knows neither HTTP nor a GraphQL server.
 */
import { type Context, createContext, type Principal } from './context.ts';
import type { SharedReads } from './loaders/shared-reads.ts';
import type { Owners } from './owners/owners.ts';
import type { Cost } from './pricing/cost.ts';
import type { CallObserver } from './rest/call-observer.ts';
import { createRestClient } from './rest/client.ts';
import { AbortedError, DeadlineError } from './rest/errors.ts';
import { limits } from './rest/limits.ts';
import { Cancellation, type Signal } from './rest/signal.ts';
import type { Transport } from './rest/transport.ts';
import type { Runs } from './runs/runs.ts';
import type { Turns } from './turns.ts';

export interface OperationFactoryOptions {
  readonly transport: Transport;
  /** Connections to the upstream. One operation uses at most half of them. */
  readonly connections: number;
  readonly runs: Runs;
  /** Undefined if every principal may reach every thread of its credential. */
  readonly owners?: Owners | undefined;
  /** Shared by all operations of the process. */
  readonly sharing: SharedReads;
  /** Deadline of an operation, in milliseconds from its creation. */
  readonly timeoutMs: number;
  /** Shared by all operations of the process. */
  readonly turns: Turns;
  /** Called for each REST call. */
  readonly onCall?: (principal: Principal) => void;
  /** Maximum number of fields in a response. */
  readonly maxFields: number;
  /** Maximum number of errors in a response. */
  readonly maxErrors: number;
}

export interface OperationOptions {
  readonly principal: Principal;
  /** Aborted when the client disconnects: then reads are aborted, and no write is sent. */
  readonly signal: Signal;
  /** What the operation can cost at most, if it was priced. */
  readonly cost?: Cost | undefined;
  /** Of its REST calls. */
  readonly observer?: CallObserver | undefined;
}

export interface Operation {
  /** For its resolvers. */
  readonly context: Context;
  /** REST calls sent so far, retries included, and the price. */
  readonly upstream: { readonly calls: number; readonly cost: Cost | undefined };
  /** Aborts the reads that the response did not wait for, and releases the timer and the listener. */
  end(): void;
}

/** Creates an operation, which sends nothing. */
export type CreateOperation = (options: OperationOptions) => Operation;

export function createOperationFactory(options: OperationFactoryOptions): CreateOperation {
  const maxConcurrent = Math.ceil(options.connections / 2);
  return ({ principal, signal, cost, observer }) => {
    const upstream = { calls: 0, cost };
    const traffic = options.transport.traffic.open();
    const lifetime = createLifetime(options.timeoutMs, signal, () => traffic.end());
    const unguarded = createRestClient(options.transport, {
      ...principal.credential,
      traffic,
      pause: options.transport.pauses.of(principal.credential),
      remainingMs: lifetime.remainingMs,
      principal: principal.id,
      sharing: options.sharing,
      maxConcurrent,
      readSignal: lifetime.readSignal,
      writeSignal: lifetime.writeSignal,
      onSend: () => {
        upstream.calls++;
        options.onCall?.(principal);
      },
      observer,
    });
    const clients = { rest: unguarded, runs: options.runs.of(principal.credential) };
    const { rest, runs } = options.owners?.guard(principal, clients) ?? clients;
    const context = createContext({
      principal,
      rest,
      runs,
      threadPairs: limits.metadataPairs - (options.owners === undefined ? 0 : 1),
      signal: lifetime.readSignal,
      extendDeadline: lifetime.extendDeadline,
      turns: options.turns.open(),
      maxFields: options.maxFields,
      maxErrors: options.maxErrors,
    });
    return { context, upstream, end: lifetime.end };
  };
}

/** Created once, since its stack trace would cost more than the rest of an operation. Nobody sees it: the response is sent. */
const ENDED = new AbortedError('The operation has ended');

/**
 * Reads are aborted at the deadline, when the client disconnects, and at the end; writes that were sent, only at the
 * deadline.
 *
 * @param onEnd called at the end, and at the deadline even if the end never comes
 */
function createLifetime(timeoutMs: number, client: Signal, onEnd: () => void) {
  const reads = new Cancellation();
  const writes = new Cancellation();
  const startedAt = performance.now();
  let deadlineMs = timeoutMs;
  const remainingMs = () => deadlineMs - (performance.now() - startedAt);
  const expireAfter = (ms: number) => {
    deadlineMs = ms;
    return setTimeout(() => {
      const reason = new DeadlineError(`The operation took longer than ${ms} ms`);
      reads.abort(reason);
      writes.abort(reason);
      onEnd();
    }, remainingMs());
  };
  let timer = expireAfter(timeoutMs);
  let isFixed = false;
  const onLeave = () => reads.abort(new AbortedError('The client disconnected'));
  if (client.aborted) onLeave();
  client.addEventListener('abort', onLeave);
  return {
    readSignal: reads,
    writeSignal: writes,
    remainingMs,
    extendDeadline(ms: number) {
      if (isFixed || writes.aborted) return;
      isFixed = true;
      clearTimeout(timer);
      timer = expireAfter(ms);
    },
    end() {
      isFixed = true;
      reads.abort(ENDED);
      clearTimeout(timer);
      onEnd();
      client.removeEventListener('abort', onLeave);
    },
  };
}
