import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission } from '../admission/admission.ts';
import { AbortedError } from '../rest/errors.ts';
import { Cancellation, type Signal } from '../rest/signal.ts';
import { type Caller, type Client, headersOf, type Identify } from './caller.ts';
import { isJsonType, type ReadJsonBody, unsupportedType } from './json-body.ts';

/** What is known of a request before its operation is looked at. */
export interface Arrival {
  readonly caller: Caller;
  /** What its body says. */
  readonly params: unknown;
}

/** The beginning of every request to the graph. Both throw a GraphQLError, or reject their promise with it. */
export interface Arrivals {
  /** Authenticates the client, and counts the request by its rates. On WebSockets, socket-protocol.ts does. */
  admit(request: IncomingMessage, signal: Signal): Caller | Promise<Caller>;
  /** Reads a request with a body, once its client is admitted. Undefined if the client leaves meanwhile. */
  receive(request: IncomingMessage, response: ServerResponse, signal: Signal): Promise<Arrival | undefined>;
}

export function createArrivals(identify: Identify, admission: Admission, readBody: ReadJsonBody): Arrivals {
  const admit = (request: IncomingMessage, signal: Signal) => {
    const toCaller = (client: Client): Caller => {
      const refusal = admission.admit(client.principal);
      if (refusal !== undefined) throw refusal;
      return client.toCaller(signal);
    };
    const client = identify(headersOf(request));
    return client instanceof Promise ? client.then(toCaller) : toCaller(client);
  };
  return {
    admit,
    async receive(request, response, signal) {
      const caller = await admit(request, signal);
      if (!isJsonType(request.headers['content-type'])) throw unsupportedType();
      const body = await readBody(request, response);
      return body && { caller, params: body.json };
    },
  };
}

/** Aborted when the client disconnects before it has the response. */
export function signalOf(response: ServerResponse): Signal {
  const cancellation = new Cancellation();
  response.once('close', () => {
    if (!response.writableFinished) cancellation.abort(new AbortedError('The client disconnected'));
  });
  return cancellation;
}
