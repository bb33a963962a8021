/** The only documents that clients may send, if there is a manifest of them. */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { codedError } from '../errors.ts';
import type { Params } from './params.ts';
import type { DocumentSource } from './persisted-queries.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const FORBIDDEN = { http: { status: 403, spec: true } };

/** As Apollo's generate-persisted-query-manifest writes it. */
const apolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string().min(1), body: z.string().min(1) })),
});
/** As Relay and GraphQL Code Generator write it: texts by their IDs. */
const plainManifest = z.record(z.string().min(1), z.string().min(1));

/** @returns texts by their IDs @throws Error that says what is wrong with the file */
export async function readTrustedDocuments(path: string): Promise<ReadonlyMap<string, string>> {
  const manifest = await readJson(path);
  const apollo = apolloManifest.safeParse(manifest);
  if (apollo.success) return new Map(apollo.data.operations.map(({ id, body }) => [id, body]));
  const plain = plainManifest.safeParse(manifest);
  if (plain.success) return new Map(Object.entries(plain.data));
  throw new Error(
    `TRUSTED_DOCUMENTS must be a manifest of Apollo, or an object with documents by their IDs: ${path} is neither`,
  );
}

async function readJson(path: string): Promise<unknown> {
  const fail = (problem: string) => new Error(`TRUSTED_DOCUMENTS cannot be read: ${problem}`);
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) throw fail(`${path} has more than ${MAX_BYTES} bytes`);
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw fail(`${path} is not valid JSON`);
    throw error instanceof Error && 'code' in error ? fail(error.message) : error;
  }
}

/** @param texts by their IDs */
export function createTrustedDocuments(texts: ReadonlyMap<string, string>): DocumentSource {
  const trusted = new Set(texts.values());
  return {
    textOf({ query, ...params }) {
      const id = idIn(params);
      const text = id === undefined ? query : texts.get(id);
      if (typeof text === 'string' && trusted.has(text)) return text;
      throw codedError(
        'FORBIDDEN',
        'Only the documents in the manifest of this server are accepted: send the ID or the text of one',
        FORBIDDEN,
      );
    },
  };
}

/** Where clients put IDs: the links of Apollo and urql, the draft of GraphQL over HTTP, and Relay's examples. */
function idIn({ extensions, documentId, doc_id: relayId }: Params) {
  const { persistedQuery } = Object(extensions);
  const ids: unknown[] = [Object(persistedQuery).sha256Hash, documentId, relayId];
  return ids.find((id) => typeof id === 'string');
}
