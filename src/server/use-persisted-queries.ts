import type { Plugin } from 'graphql-yoga';
import type { DocumentSource } from './persisted-queries.ts';

/** Replaces the hash in a request by the text of its document. On WebSockets, socket-execution.ts does. */
export function usePersistedQueries(persisted: DocumentSource): Plugin {
  return {
    onParams({ params, setParams }) {
      // Yoga has not checked yet whether the body is an object.
      const { documentId: _id, doc_id: _relayId, ...others } = Object(params);
      const query: unknown = persisted.textOf(Object(params));
      if (typeof query === 'string' && query !== params.query) setParams({ ...others, query });
    },
  };
}
