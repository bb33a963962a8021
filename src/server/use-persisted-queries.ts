import type { Plugin } from 'graphql-yoga';
import type { PersistedQueries } from './persisted-queries.ts';

/** Replaces the hash in a request by the text of its document. On WebSockets, socket-execution.ts does. */
export function usePersistedQueries(persisted: PersistedQueries): Plugin {
  return {
    onParams({ params, setParams }) {
      // Yoga has not checked yet whether the body is an object.
      const query: unknown = persisted.textOf(Object(params));
      if (typeof query === 'string' && query !== params.query) setParams({ ...params, query });
    },
  };
}
