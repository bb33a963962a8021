import { type Plugin, processRegularResult } from 'graphql-yoga';
import { acceptsResponses } from './accept.ts';
import { httpError } from './status.ts';

/**
 * Refuses a request whose response the client could not read. Yoga executes it, writes included, and then sends a response
 * without a body.
 */
export function useReadableResponse(): Plugin {
  return {
    onRequestParse({ request }) {
      if (acceptsResponses(request.headers.get('accept'))) return;
      const message =
        'The accept header must allow application/graphql-response+json, application/json, text/event-stream or multipart/mixed';
      throw httpError(406, message);
    },
    onResultProcess({ resultProcessor, setResultProcessor }) {
      if (resultProcessor === undefined)
        setResultProcessor(processRegularResult, 'application/graphql-response+json');
    },
  };
}
