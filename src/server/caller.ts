/** Whose an operation is: how an HTTP request or a WebSocket becomes a caller. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authenticate } from '../auth/authenticator.ts';
import type { Identity } from '../auth/principal.ts';
import type { Signal } from '../rest/signal.ts';
import type { Observation } from '../telemetry/telemetry.ts';

export interface Caller extends Identity {
  /** Aborted when the client disconnects. */
  readonly signal: Signal;
  /** Whether the result includes the number of REST calls made. */
  readonly wantsCalls: boolean;
  /**
   * Sends an event of a subscription, as JSON. Fulfilled when it has left for the network. If undefined, the transport takes the
   * events of the subscription itself.
   */
  readonly deliver?: (event: string) => Promise<void>;
}

/** Whose operation it is. */
export interface Requester {
  readonly caller: Caller;
  readonly observation: Observation;
  /** What the events of a subscription are written to. Undefined on a WebSocket, and for JSON, which has no subscriptions. */
  readonly response?: ServerResponse | undefined;
}

/** A client that has been authenticated. */
export interface Client extends Identity {
  /** @param signal aborted when the client no longer waits for the operation */
  toCaller(signal: Signal): Caller;
}

/** The value of a header. @param name in lower case */
export type ReadHeader = (name: string) => string | undefined;

/** Throws, or rejects its promise, as `Authenticate` does. */
export type Identify = (header: ReadHeader) => Client | Promise<Client>;

/** @param showCalls whether clients may ask for the number of REST calls */
export function createIdentify(authenticate: Authenticate, showCalls: boolean): Identify {
  return (header) => {
    const wantsCalls = showCalls && header('x-show-upstream-calls') === '1';
    const identity = authenticate({
      authorization: header('authorization'),
      organization: header('openai-organization'),
    });
    const toClient = (known: Identity): Client => ({
      ...known,
      toCaller: (signal) => ({ ...known, signal, wantsCalls }),
    });
    return identity instanceof Promise ? identity.then(toClient) : toClient(identity);
  };
}

export function headersOf({ headers }: IncomingMessage): ReadHeader {
  return (name) => [headers[name]].flat()[0];
}

/** The payload of `connection_init`, in which clients send what they would send as headers. Names of headers have no case. */
export function membersOf(params: Readonly<Record<string, unknown>>): ReadHeader {
  return (name) => {
    const value = Object.entries(params).find(([key]) => key.toLowerCase() === name)?.[1];
    return typeof value === 'string' ? value : undefined;
  };
}
