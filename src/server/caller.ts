/** Where an HTTP request or a WebSocket becomes a caller. */
import type { Authenticate } from '../auth/authenticator.ts';
import type { Identity } from '../auth/principal.ts';

export interface Caller extends Identity {
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

/** The caller of each operation on a WebSocket, by the signal of the operation. */
export interface SocketCaller extends Identity {
  withSignal(signal: AbortSignal): Caller;
}

/** Both throw, or reject their promise, as `Authenticate` does. */
export interface CallerReader {
  ofRequest(request: Request): Caller | Promise<Caller>;
  /** @param params the payload of connection_init, in which clients send what they would send as headers */
  ofSocket(params: Readonly<Record<string, unknown>>): SocketCaller | Promise<SocketCaller>;
}

/** @param showCalls whether clients may ask for the number of REST calls */
export function createCallerReader(authenticate: Authenticate, showCalls: boolean): CallerReader {
  return {
    ofRequest({ signal, headers }) {
      const wantsCalls = showCalls && headers.get(SHOW_CALLS) === '1';
      const identity = authenticate({
        authorization: headers.get(AUTHORIZATION) ?? undefined,
        organization: headers.get(ORGANIZATION) ?? undefined,
      });
      const toCaller = (known: Identity): Caller => ({ ...known, signal, wantsCalls });
      return identity instanceof Promise ? identity.then(toCaller) : toCaller(identity);
    },
    ofSocket(params) {
      const wantsCalls = showCalls && memberOf(params, SHOW_CALLS) === '1';
      const identity = authenticate({
        authorization: memberOf(params, AUTHORIZATION),
        organization: memberOf(params, ORGANIZATION),
      });
      const toCaller = (known: Identity): SocketCaller => ({
        ...known,
        withSignal: (signal) => ({ ...known, signal, wantsCalls }),
      });
      return identity instanceof Promise ? identity.then(toCaller) : toCaller(identity);
    },
  };
}

const AUTHORIZATION = 'authorization';
const ORGANIZATION = 'openai-organization';
const SHOW_CALLS = 'x-show-upstream-calls';

/** Names of headers have no case. */
function memberOf(params: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = Object.entries(params).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === 'string' ? value : undefined;
}
