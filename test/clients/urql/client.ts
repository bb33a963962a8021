import { Client, fetchExchange } from '@urql/core';
import { cacheExchange, type UpdateResolver } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { expect, onTestFinished } from 'vitest';
import { keys } from '../../../docs/client-cache.ts';
import type { Server } from '../server.ts';

/** urql with graphcache, which knows the schema, and subscriptions as server-sent events. */
export async function createUrql({ url }: Server): Promise<Client> {
  const response = await fetch(`${url}?query=${encodeURIComponent(getIntrospectionQuery())}`);
  const { data: schema }: { data: IntrospectionQuery } = await response.json();
  const warnings: string[] = [];
  onTestFinished(() => expect(warnings).toEqual([]));
  const cache = cacheExchange({
    schema,
    keys,
    resolvers: {
      Query: { assistants: relayPagination() },
      // Earlier messages go before those that were read first.
      Thread: { messages: relayPagination({ mergeMode: 'outwards' }) },
    },
    updates: { Mutation: { deleteAssistant: forgetAssistant } },
    logger: (_severity, message) => void warnings.push(message),
  });
  return new Client({ url, exchanges: [cache, fetchExchange], fetchSubscriptions: true });
}

const forgetAssistant: UpdateResolver<{ deleteAssistant: { deletedId: string } | null }> = (
  { deleteAssistant },
  _args,
  cache,
) => {
  if (deleteAssistant) cache.invalidate({ __typename: 'Assistant', id: deleteAssistant.deletedId });
};
