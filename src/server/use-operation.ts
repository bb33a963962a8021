import { setMaxListeners } from 'node:events';
import type { Plugin } from 'graphql-yoga';
import { type Context, createContext } from '../context.ts';
import { SharedReads } from '../loaders/shared-reads.ts';
import { createRestClient, type RestClientOptions } from '../rest/client.ts';
import { AbortedError, DeadlineError } from '../rest/errors.ts';
import type { Transport } from '../rest/transport.ts';
import type { CostContext } from './use-cost.ts';

export interface OperationOptions {
  readonly transport: Transport;
  readonly credentials: Pick<RestClientOptions, 'apiKey' | 'organization' | 'beta'>;
  /** The connections to upstream, of which one operation may hold half. */
  readonly connections: number;
  /** How long one operation may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** Gives each operation its context: a REST client with a deadline, and loaders of its own. */
export function useOperation(options: OperationOptions): Plugin<Context & CostContext> {
  const { transport, credentials, timeoutMs } = options;
  const sharing = new SharedReads();
  const maxConcurrent = Math.ceil(options.connections / 2);
  return {
    onExecute({ args }) {
      const { readSignal, writeSignal, end } = createSignals(timeoutMs, args.contextValue.request.signal);
      const rest = createRestClient(transport, {
        ...credentials,
        // With AUTH=none everybody is the same principal.
        principal: 'anonymous',
        sharing,
        maxConcurrent,
        readSignal,
        writeSignal,
        onSend: () => {
          if (args.contextValue.upstream) args.contextValue.upstream.calls++;
        },
      });
      Object.assign(args.contextValue, createContext(rest));
      return { onExecuteDone: end };
    },
  };
}

/** Reads end at the deadline, when the client has left and with the answer; writes, once sent, only at the deadline. */
function createSignals(timeoutMs: number, client: AbortSignal) {
  const reads = new AbortController();
  const writes = new AbortController();
  // Every call of the operation listens, and there may be hundreds.
  setMaxListeners(0, reads.signal, writes.signal);
  const timer = setTimeout(() => {
    const reason = new DeadlineError(`The operation took longer than ${timeoutMs} ms`);
    reads.abort(reason);
    writes.abort(reason);
  }, timeoutMs);
  const onLeave = () => reads.abort(new AbortedError('The client has gone away'));
  if (client.aborted) onLeave();
  client.addEventListener('abort', onLeave);
  return {
    readSignal: reads.signal,
    writeSignal: writes.signal,
    end() {
      // An answer need not wait for all that was begun for it, and nothing else bounds what is still under way.
      reads.abort(new AbortedError('The operation has been answered'));
      clearTimeout(timer);
      client.removeEventListener('abort', onLeave);
    },
  };
}
