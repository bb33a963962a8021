/** Subscriptions as clients make them: with the client of graphql-ws, and with fetch and server-sent events. */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { createParser } from 'eventsource-parser';
import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { GraphError } from '../../support/graph.ts';
import { Queue } from './queue.ts';

export interface EventResult<Data> {
  readonly data?: Data | null | undefined;
  readonly errors?: readonly GraphError[] | undefined;
  readonly extensions?: Record<string, unknown> | undefined;
}

export interface Subscription<Data> {
  /** The next result. @throws if the subscription has completed, or its connection was lost */
  next(): Promise<EventResult<Data>>;
  /** All further results, once the subscription has completed. @throws if its connection was lost */
  rest(): Promise<EventResult<Data>[]>;
  /** Ends it, as a client does that needs no more. */
  leave(): void;
}

export type Subscribe = <Data, Variables extends Record<string, unknown>>(
  url: string,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
) => Subscription<Data>;

/** On a socket of its own, which closes when the subscription ends. */
export const overWebSocket: Subscribe = (url, document, variables) => {
  const client = createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
  onTestFinished(() => client.dispose());
  const controller = new AbortController();
  return subscription((sink) => {
    const leave = client.subscribe(
      { query: print(document), variables },
      {
        // The server sends what the document's type says.
        next: (result) => sink.next(result as EventResult<never>),
        error: (error) => {
          if (!Array.isArray(error)) return sink.fail(error);
          sink.next({ errors: error });
          sink.complete();
        },
        complete: sink.complete,
      },
    );
    controller.signal.addEventListener('abort', leave);
  }, controller);
};

/** With fetch, in the mode of one request for each subscription. */
export const overSse: Subscribe = (url, document, variables) => {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  return subscription((sink) => {
    const parser = createParser({
      onEvent: ({ event, data }) => (event === 'complete' ? sink.complete() : sink.next(JSON.parse(data))),
    });
    readEvents(url, { query: print(document), variables }, controller.signal, (text) => parser.feed(text))
      .then(() => sink.fail(new Error('The stream ended before the subscription')))
      .catch(sink.fail);
  }, controller);
};

export const transports: [name: string, subscribe: Subscribe][] = [
  ['a WebSocket', overWebSocket],
  ['server-sent events', overSse],
];

async function readEvents(url: string, body: object, signal: AbortSignal, onText: (text: string) => void) {
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) onText(decoder.decode(chunk, { stream: true }));
}

interface Sink<Data> {
  next(result: EventResult<Data>): void;
  complete(): void;
  fail(error: unknown): void;
}

type Outcome<Data> =
  | { readonly kind: 'result'; readonly result: EventResult<Data> }
  | { readonly kind: 'complete' }
  | { readonly kind: 'failed'; readonly error: unknown };

function subscription<Data>(
  start: (sink: Sink<Data>) => void,
  controller: AbortController,
): Subscription<Data> {
  const outcomes = new Queue<Outcome<Data>>();
  start({
    next: (result) => outcomes.add({ kind: 'result', result }),
    complete: () => outcomes.add({ kind: 'complete' }),
    fail: (error) => outcomes.add({ kind: 'failed', error }),
  });
  const take = async () => {
    const outcome = await outcomes.next();
    if (outcome.kind === 'failed') throw outcome.error;
    return outcome.kind === 'result' ? outcome.result : undefined;
  };
  return {
    async next() {
      const result = await take();
      if (result === undefined) throw new Error('The subscription has completed');
      return result;
    },
    async rest() {
      const results: EventResult<Data>[] = [];
      for (let result = await take(); result !== undefined; result = await take()) results.push(result);
      return results;
    },
    leave: () => controller.abort(),
  };
}
