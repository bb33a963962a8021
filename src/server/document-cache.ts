import type { DocumentNode } from 'graphql';
import { countTokens } from './document.ts';

/** A token of a parsed document takes up to 500 bytes, so this is at most 25 MB. */
const MAX_TOKENS = 50_000;

/** Documents that were parsed before, by their text: those used most recently, up to a number of tokens in all. */
export class DocumentCache {
  readonly #documents = new Map<string, { readonly document: DocumentNode; readonly tokens: number }>();
  #tokens = 0;

  get(text: string): DocumentNode | undefined {
    const known = this.#documents.get(text);
    if (known === undefined) return undefined;
    this.#documents.delete(text);
    this.#documents.set(text, known);
    return known.document;
  }

  set(text: string, document: DocumentNode): void {
    const tokens = countTokens(document);
    this.#documents.set(text, { document, tokens });
    this.#tokens += tokens;
    for (const [oldest, { tokens }] of this.#documents) {
      if (this.#tokens <= MAX_TOKENS) break;
      this.#documents.delete(oldest);
      this.#tokens -= tokens;
    }
  }
}
