import type { DocumentNode, GraphQLError } from 'graphql';
import { codedError } from '../errors.ts';
import { countTokens } from './document.ts';

/** A parsed token takes some 300 bytes, so this is some 60 MB. */
export const MAX_TOKENS_IN_USE = 200_000;

/**
 * Bounds the memory of the documents that operations and subscriptions are running. Thousands can wait for upstream, each with a
 * document of its own; equal ones share theirs.
 */
export class DocumentsInUse {
  readonly #uses = new Map<DocumentNode, number>();
  readonly #tokens = new WeakMap<DocumentNode, number>();
  #total = 0;

  /** @returns ends the use, once; or the error to send if there is no room */
  begin(document: DocumentNode): (() => void) | GraphQLError {
    const uses = this.#uses.get(document) ?? 0;
    const tokens = uses > 0 ? 0 : this.#tokensOf(document);
    if (this.#total + tokens > MAX_TOKENS_IN_USE) return tooManyTokens();
    this.#total += tokens;
    this.#uses.set(document, uses + 1);
    let hasEnded = false;
    return () => {
      if (!hasEnded) this.#end(document);
      hasEnded = true;
    };
  }

  #end(document: DocumentNode): void {
    const left = (this.#uses.get(document) ?? 1) - 1;
    if (left > 0) {
      this.#uses.set(document, left);
      return;
    }
    this.#uses.delete(document);
    this.#total -= this.#tokensOf(document);
  }

  #tokensOf(document: DocumentNode): number {
    const tokens = this.#tokens.get(document) ?? countTokens(document);
    this.#tokens.set(document, tokens);
    return tokens;
  }
}

function tooManyTokens(): GraphQLError {
  const message =
    `The different documents in use have at most ${MAX_TOKENS_IN_USE} tokens together: try again later, and use variables ` +
    'instead of different documents';
  return codedError('RATE_LIMITED', message, {
    limits: { tokens: MAX_TOKENS_IN_USE },
    http: { status: 503, spec: false },
  });
}
