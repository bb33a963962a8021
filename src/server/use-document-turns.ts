import type { Plugin } from 'graphql-yoga';
import { type DocumentLimits, parseDocument } from './document.ts';
import type { DocumentCache } from './document-cache.ts';
import { createBeginner } from './intake.ts';

/** In characters. A shorter document takes some 5 ms to parse, to validate and to price together. */
const LONG = 2_000;

/**
 * Long documents take turns of the event loop, so that the steps with them do not add up while other clients wait. Each method
 * waits until a step may begin, or returns undefined if the document is short.
 */
export interface DocumentTurns {
  /** Before a document is parsed. */
  first(text: string): Promise<void> | undefined;
  /** Before a further step. Documents that have been parsed go first, since they take a hundred times as much memory. */
  next(text: string): Promise<void> | undefined;
}

export function createDocumentTurns(): DocumentTurns {
  const inTurn = createBeginner();
  return {
    first: (text) => (text.length > LONG ? new Promise((begin) => inTurn(begin)) : undefined),
    next: (text) => (text.length > LONG ? new Promise((begin) => inTurn(begin, true)) : undefined),
  };
}

/**
 * Lets a long document wait before it is parsed, before it is validated, and before it is priced. Each takes some 10 ms, and
 * three times as long until V8 has compiled the code for it. socket-execution.ts does the same on WebSockets.
 */
export function useDocumentTurns(
  turns: DocumentTurns,
  documents: DocumentCache,
  limits: DocumentLimits,
): Plugin {
  const parse = (text: string) => {
    if (text.length > limits.length || documents.get(text) !== undefined) return;
    try {
      documents.set(text, parseDocument(text, limits));
    } catch {
      // Yoga parses it again, and reports the error.
    }
  };
  const waitFor = async (text: string, own: Promise<void>) => {
    await own;
    parse(text);
    await turns.next(text);
  };
  return {
    onParams({ params }) {
      // Yoga has not checked yet whether the body is an object.
      const { query } = Object(params);
      const own = typeof query === 'string' ? turns.first(query) : undefined;
      return own && waitFor(query, own);
    },
    onContextBuilding: ({ context: { params } }) => turns.next(params?.query ?? ''),
  };
}
