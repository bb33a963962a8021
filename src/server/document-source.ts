import type { Config } from '../config.ts';
import { type DocumentSource, PersistedQueries } from './persisted-queries.ts';
import { createTrustedDocuments, readTrustedDocuments } from './trusted-documents.ts';

/** @throws Error if the manifest of trusted documents cannot be read */
export async function createDocumentSource(config: Config): Promise<DocumentSource> {
  const { TRUSTED_DOCUMENTS: manifest } = config;
  if (manifest !== undefined) return createTrustedDocuments(await readTrustedDocuments(manifest));
  return new PersistedQueries({
    count: config.MAX_PERSISTED_QUERIES,
    bytes: config.MAX_PERSISTED_BYTES,
    documentLength: config.MAX_DOCUMENT,
  });
}
