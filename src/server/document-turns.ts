import { createBeginner } from './intake.ts';

/** In characters. A shorter document takes some 5 ms to parse, to validate and to price together. */
const LONG = 2_000;

/**
 * Long documents take turns of the event loop, so that the steps with them do not add up while other clients wait: each takes
 * some 10 ms, and three times as long until V8 has compiled the code for it. Each method waits until a step may begin, or
 * returns undefined if the document is short.
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
