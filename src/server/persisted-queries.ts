/** Automatic persisted queries, as Apollo and urql send them: the hash of a document, and its text when they are told to. */
import { createHash } from 'node:crypto';
import { badUserInput, codedError } from '../errors.ts';
import { requireDocumentLength } from './document.ts';
import type { Params } from './params.ts';
import { httpError } from './status.ts';

export interface PersistedQueriesOptions {
  /** Maximum number of documents. With 0, clients are told to send texts. */
  readonly count: number;
  /** Maximum size of all texts in memory, in bytes. */
  readonly bytes: number;
  /** Maximum length of a text, in characters. */
  readonly documentLength: number;
}

/** Where the texts of operations come from. */
export interface DocumentSource {
  /**
   * The text of an operation.
   *
   * @throws GraphQLError
   */
  textOf(params: Params): string;
}

/** JavaScript stores a text with other characters than those of Latin-1 in two bytes each. */
const BYTES_PER_CHARACTER = 2;
const SHA_256 = /^[0-9a-f]{64}$/;
/** A proxy must not keep the response until the client sends the text. */
const UNCACHED = { http: { status: 400, spec: true, headers: { 'cache-control': 'no-store' } } };

/** The texts of documents by their hashes. Beyond a limit, those that were not used for longest are forgotten. */
export class PersistedQueries implements DocumentSource {
  readonly #options: PersistedQueriesOptions;
  readonly #texts = new Map<string, string>();
  #bytes = 0;

  constructor(options: PersistedQueriesOptions) {
    this.#options = options;
  }

  /**
   * The text of an operation. One that comes with its hash is kept.
   *
   * @throws GraphQLError with the codes that clients expect if the text of a hash is not known
   */
  textOf({ query, extensions }: Params): string {
    const { persistedQuery } = Object(extensions);
    if (persistedQuery === undefined || persistedQuery === null) return query ?? noQuery();
    // Over WebSockets, where a query is required, urql sends an empty one.
    const isMissing = query === undefined || query === null || query === '';
    if (this.#options.count === 0) {
      if (!isMissing) return query;
      throw codedError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported', UNCACHED);
    }
    const hash = hashIn(persistedQuery);
    if (isMissing) return this.#get(hash);
    this.#set(hash, query);
    return query;
  }

  #get(hash: string): string {
    const text = this.#texts.get(hash);
    if (text === undefined) throw codedError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound', UNCACHED);
    this.#texts.delete(hash);
    this.#texts.set(hash, text);
    return text;
  }

  #set(hash: string, text: string): void {
    requireDocumentLength(text, this.#options.documentLength);
    if (createHash('sha256').update(text).digest('hex') !== hash) {
      throw invalid('sha256Hash', 'must be the SHA-256 hash of `query`');
    }
    this.#delete(hash);
    this.#texts.set(hash, text);
    this.#bytes += text.length * BYTES_PER_CHARACTER;
    for (const oldest of this.#texts.keys()) {
      if (this.#texts.size <= this.#options.count && this.#bytes <= this.#options.bytes) break;
      this.#delete(oldest);
    }
  }

  #delete(hash: string): void {
    this.#bytes -= (this.#texts.get(hash)?.length ?? 0) * BYTES_PER_CHARACTER;
    this.#texts.delete(hash);
  }
}

function hashIn(persistedQuery: unknown): string {
  const { version, sha256Hash } = Object(persistedQuery);
  if (version !== 1) throw invalid('version', 'must be 1');
  if (typeof sha256Hash !== 'string' || !SHA_256.test(sha256Hash)) {
    throw invalid('sha256Hash', 'must be a SHA-256 hash of 64 lowercase hexadecimal digits');
  }
  return sha256Hash;
}

function noQuery(): never {
  throw httpError(400, '`query` must be the text of a document');
}

function invalid(member: string, problem: string) {
  const error = badUserInput(`extensions.persistedQuery.${member}`, problem);
  Object.assign(error.extensions, { http: { status: 400, spec: true } });
  return error;
}
