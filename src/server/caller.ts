/** Where an HTTP request or a WebSocket becomes a caller. */
import type { Config } from '../config.ts';
import type { Principal } from '../context.ts';

export interface Caller {
  readonly principal: Principal;
  /** Aborted when the client disconnects. */
  readonly signal: AbortSignal;
  /** Whether the result includes the number of REST calls made. */
  readonly wantsCalls: boolean;
  /**
   * Sends an event of a subscription, as JSON. Fulfilled when it has left for the network. If undefined, the transport takes the
   * events of the subscription itself.
   */
  readonly deliver?: (event: string) => Promise<void>;
}

export interface CallerReader {
  ofRequest(request: Request): Caller;
  /** @param params the payload of connection_init, in which clients send what they would send as headers */
  ofSocket(params: Readonly<Record<string, unknown>>, signal: AbortSignal): Caller;
}

/** With AUTH=none every client is the same principal, and upstream is called with the one configured key. */
export function createCallerReader(config: Config): CallerReader {
  const principal: Principal = {
    id: 'anonymous',
    credential: {
      apiKey: config.UPSTREAM_API_KEY,
      organization: config.UPSTREAM_ORGANIZATION,
      beta: config.UPSTREAM_BETA,
    },
  };
  const caller = (signal: AbortSignal, showCalls: unknown): Caller => ({
    principal,
    signal,
    wantsCalls: config.SHOW_UPSTREAM_CALLS && showCalls === '1',
  });
  return {
    ofRequest: ({ signal, headers }) => caller(signal, headers.get('x-show-upstream-calls')),
    ofSocket: (params, signal) => caller(signal, params['x-show-upstream-calls']),
  };
}
