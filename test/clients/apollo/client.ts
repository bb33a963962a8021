import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { possibleTypes } from '../../../docs/client-cache.ts';
import type { Server } from '../server.ts';

export const createCache = () =>
  new InMemoryCache({
    possibleTypes,
    typePolicies: {
      Query: { fields: { assistants: relayStylePagination(['order']) } },
      Thread: { fields: { messages: relayStylePagination(['order', 'runId']) } },
    },
  });

/** Apollo Client as its guide sets it up: requests over HTTP, subscriptions with graphql-ws. It is closed after the test. */
export function createApollo({ url, socketUrl }: Server): ApolloClient {
  const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket });
  const client = new ApolloClient({
    cache: createCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new HttpLink({ uri: url }),
    ),
  });
  onTestFinished(async () => {
    client.stop();
    await socket.dispose();
  });
  return client;
}
