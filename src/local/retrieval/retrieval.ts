import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { createReader } from '../documents/reader.ts';
import type { Log } from '../log.ts';
import type { Pace } from '../pace.ts';
import { DATABASE } from '../store/private-files.ts';
import type { Store } from '../store/store.ts';
import type { StoredPassage } from '../store/texts.ts';
import { createEmbedding } from './embedding.ts';
import { createEmbeddingServer, type EmbeddingServerOptions } from './embedding-server.ts';
import { createIndexing } from './indexing.ts';
import { queryOf } from './query.ts';
import { createSearch } from './search.ts';

/** Reads files and finds passages in them. */
export interface Retrieval {
  /** Starts reading the files that are to be read. To be called at the start and after each upload. */
  readFiles(): void;
  /**
   * The passages of these files that fit a question best, best first. Waits until the files have been read; finds nothing once
   * `signal` aborts. Throws a SearchError.
   */
  find(question: string, fileIds: readonly string[], signal: AbortSignal): Promise<readonly StoredPassage[]>;
  close(): Promise<void>;
}

export interface RetrievalDeps {
  readonly store: Store;
  readonly dataDir: string;
  /** Where the built modules of the local API are. */
  readonly modules: URL;
  /** Without one, passages are found by their words alone. */
  readonly embeddingServer: EmbeddingServerOptions | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly pace: Pace;
  readonly onError: (error: unknown) => void;
}

/** How many passages a question gets. */
const MAX_FOUND = 5;

/** Reads no file before `readFiles` is called. */
export function createRetrieval({
  store,
  dataDir,
  modules,
  embeddingServer,
  ...deps
}: RetrievalDeps): Retrieval {
  const reader = createReader({ script: new URL('./documents/reader-process.js', modules) });
  const server = embeddingServer && createEmbeddingServer(embeddingServer);
  const embedding = server && createEmbedding({ ...deps, store, server });
  const indexing = createIndexing({ ...deps, store, reader, onRead: () => embedding?.wake() });
  const script = new URL('./retrieval/search-worker.js', modules);
  const search = createSearch({ script, database: join(dataDir, DATABASE) });
  return {
    readFiles() {
      indexing.wake();
      embedding?.wake();
    },
    async find(question, fileIds, signal) {
      await indexing.whenRead(fileIds, signal);
      const numbers = store.texts.numbersOf(fileIds);
      const query = queryOf(question);
      if (signal.aborted || numbers.length === 0) return [];
      const vector = await embedding?.embedQuestion(question, signal);
      if (query === undefined && vector === undefined) return [];
      return store.texts.passages(await search.find({ query, vector, numbers, limit: MAX_FOUND }));
    },
    async close() {
      await indexing.close();
      await embedding?.close();
      await search.close();
    },
  };
}
