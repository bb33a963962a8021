import { createClient } from 'graphql-ws';
import {
  Environment,
  type FetchFunction,
  type GraphQLResponse,
  Network,
  Observable,
  type PayloadData,
  RecordSource,
  Store,
  type SubscribeFunction,
} from 'relay-runtime';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Server } from '../server.ts';

/**
 * Relay as its guide sets it up: requests over HTTP, subscriptions with graphql-ws. It is closed after the test.
 *
 * @param mayMutate mutations are sent once it is fulfilled
 */
export function createRelay({ url, socketUrl }: Server, mayMutate = Promise.resolve()): Environment {
  const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket });
  onTestFinished(() => socket.dispose());

  const request: FetchFunction = async ({ text, operationKind }, variables) => {
    if (operationKind === 'mutation') await mayMutate;
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: text, variables }),
    });
    return response.json();
  };

  const subscribe: SubscribeFunction = ({ text }, variables) =>
    Observable.create((sink) =>
      socket.subscribe<PayloadData>(
        { query: text ?? '', variables },
        // Relay's type of a result does not know that `data` can be null.
        { ...sink, next: (result) => sink.next(result as GraphQLResponse) },
      ),
    );

  return new Environment({
    network: Network.create(request, subscribe),
    store: new Store(new RecordSource()),
  });
}
