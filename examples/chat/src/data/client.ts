/** The connection to the server: urql with its normalized cache for objects and lists, and a WebSocket for live runs. */
import { Client, type CombinedError, fetchExchange, mapExchange } from '@urql/core';
import { cacheExchange, type UpdateResolver } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { keys, possibleTypes } from '../../../../docs/client-cache.ts';
import type { CreateAssistantMutation, DeleteAssistantMutation } from './generated/operations.ts';
import { problemOf } from './problem.ts';
import { createSocket, type Socket } from './socket.ts';

export interface ChatClient {
  readonly graph: Client;
  readonly socket: Socket;
  /** Where files are uploaded to. */
  readonly filesUrl: string;
  /** What each request sends. */
  readonly headers: Readonly<Record<string, string>>;
  close(): void;
}

export interface ChatClientOptions {
  /** URL of the graph. */
  readonly url: string;
  /** Sent as a bearer token, if the server requires one. */
  readonly credential: string | undefined;
  /** The server requires a credential, or another one. */
  readonly onUnauthenticated: () => void;
}

export function createChatClient({ url, credential, onUnauthenticated }: ChatClientOptions): ChatClient {
  const headers: Record<string, string> = credential ? { authorization: `Bearer ${credential}` } : {};
  const onError = (error: CombinedError) => {
    if (problemOf(error).code === 'UNAUTHENTICATED') onUnauthenticated();
  };
  const graph = new Client({
    url,
    exchanges: [mapExchange({ onError }), createCache(), fetchExchange],
    fetchOptions: { headers },
    preferGetMethod: false,
  });
  const socket = createSocket(url, headers);
  return { graph, socket, filesUrl: new URL('/files', url).href, headers, close: socket.close };
}

function createCache() {
  return cacheExchange({
    keys,
    possibleTypes,
    resolvers: {
      Query: { assistants: relayPagination() },
      // Earlier messages go before those that were read first, and new ones after them.
      Thread: { messages: relayPagination({ mergeMode: 'outwards' }) },
    },
    updates: { Mutation: { createAssistant: listAgain, deleteAssistant: forgetAssistant } },
  });
}

/** The server knows where the new assistant belongs. */
const listAgain: UpdateResolver<CreateAssistantMutation> = (_result, _args, cache) => {
  const lists = cache.inspectFields('Query').filter(({ fieldName }) => fieldName === 'assistants');
  for (const { fieldName, arguments: args } of lists) cache.invalidate('Query', fieldName, args);
};

const forgetAssistant: UpdateResolver<DeleteAssistantMutation> = ({ deleteAssistant }, _args, cache) => {
  if (deleteAssistant) cache.invalidate({ __typename: 'Assistant', id: deleteAssistant.deletedId });
};
