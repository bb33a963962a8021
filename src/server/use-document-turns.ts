import type { Plugin } from 'graphql-yoga';
import { type DocumentLimits, parseDocument } from './document.ts';
import type { DocumentCache } from './document-cache.ts';
import { createBeginner } from './intake.ts';

/** In characters. A shorter document takes some 5 ms to parse, to validate and to price together. */
const LONG = 2_000;

/**
 * Waits until the next step with a document may begin.
 *
 * @returns undefined if the document is short: it does not wait
 */
export type DocumentTurn = (text: string) => Promise<void> | undefined;

/** Long documents take turns of the event loop, so that their steps do not add up while other clients wait. */
export function createDocumentTurns(): DocumentTurn {
  const inTurn = createBeginner();
  return (text) => (text.length > LONG ? new Promise(inTurn) : undefined);
}

/**
 * Lets a long document wait before it is parsed, before it is validated, and before it is priced. Each takes some 10 ms, and
 * three times as long until V8 has compiled the code for it. socket-execution.ts does the same on WebSockets.
 */
export function useDocumentTurns(
  turn: DocumentTurn,
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
    await turn(text);
  };
  return {
    onParams({ params }) {
      // Yoga has not checked yet whether the body is an object.
      const { query } = Object(params);
      const own = typeof query === 'string' ? turn(query) : undefined;
      return own && waitFor(query, own);
    },
    onContextBuilding: ({ context: { params } }) => turn(params?.query ?? ''),
  };
}
