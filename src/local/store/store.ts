import type {
  AssistantObject,
  FileObject,
  MessageObject,
  RunObject,
  StepObject,
  ThreadObject,
} from '../objects.ts';
import { type Collection, createCollection, readBody } from './collection.ts';
import { openDataDirectory } from './data-directory.ts';
import type { DiskWatchOptions } from './disk-watch.ts';
import { createEmbeddings, type Embeddings } from './embeddings.ts';
import { createFileContents, type FileContents } from './file-contents.ts';
import { createPieces, type Pieces } from './pieces.ts';
import { createRemoval, type Removal } from './removal.ts';
import { HAS_FILES, IS_LIVE } from './schema.ts';
import { createSearches, type Searches } from './searches.ts';
import { createTexts, type Texts } from './texts.ts';

/** An assistant as it is stored: with the time at which each of its files was attached. */
export interface AssistantRecord extends Omit<AssistantObject, 'file_ids'> {
  files: { id: string; created_at: number }[];
}

/** All data of the local API. A change is on disk when its method returns or its promise resolves. */
export interface Store {
  /** The parent is the tenant. */
  readonly assistants: Collection<AssistantRecord>;
  /** The parent is the tenant. */
  readonly files: Collection<FileObject>;
  /** The parent is the tenant. */
  readonly threads: Collection<ThreadObject>;
  /** The parent is the thread. */
  readonly messages: Collection<MessageObject>;
  /** The parent is the thread. */
  readonly runs: Collection<RunObject>;
  /** The parent is the run. */
  readonly steps: Collection<StepObject>;
  /** How much the steps of a run take, in bytes. */
  stepBytes(runId: string): number;
  readonly pieces: Pieces;
  readonly contents: FileContents;
  readonly texts: Texts;
  readonly searches: Searches;
  readonly embeddings: Embeddings;
  /** The files of a thread's messages: of the newest messages, if there are many. */
  messageFiles(threadId: string): string[];
  /** Removes threads and files. */
  readonly removal: Removal;
  /** The live run of a thread, which locks it, if there is one. */
  liveRun(threadId: string): RunObject | undefined;
  /** The ids of all runs that have not ended, oldest first. */
  liveRunIds(): string[];
  /** Counts a death of the process during `work`, until it returns or until its first `await`. */
  workOn<Result>(runId: string, work: () => Result): Result;
  /** The run over which the previous process died, and how many have in a row, if the run still exists. Only once. */
  takeCrashedRun(): { readonly id: string; readonly crashes: number } | undefined;
  /** The current time in Unix seconds. It may be earlier than a `created_at`: the clock can be set back. */
  seconds(): number;
  transaction<Result>(work: () => Result): Result;
  close(): void;
}

const COUNT_CRASH = `
  INSERT INTO crashes SELECT id, 1 FROM runs WHERE id = ?
  ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count`;

const MAX_MESSAGES_WITH_FILES = 100;
const FILES_OF_MESSAGES = `
  SELECT DISTINCT value AS id FROM (
    SELECT body FROM messages WHERE parent = ? AND ${HAS_FILES} ORDER BY seq DESC LIMIT ${MAX_MESSAGES_WITH_FILES}
  ), json_each(body, '$.file_ids')`;

/** Opens the store in a data directory. Throws a DataDirectoryError. */
export function openStore(options: DiskWatchOptions): Store {
  const { clock } = options;
  const closing = new AbortController();
  const { sqlite, marker, close } = openDataDirectory(options);
  const removal = createRemoval(sqlite, clock, closing.signal);
  removal.resume();
  const suspects = new Set<string>();
  return {
    assistants: createCollection(sqlite, 'assistants'),
    files: createCollection(sqlite, 'files'),
    threads: createCollection(sqlite, 'threads'),
    messages: createCollection(sqlite, 'messages'),
    runs: createCollection(sqlite, 'runs'),
    steps: createCollection(sqlite, 'steps'),
    pieces: createPieces(sqlite),
    contents: createFileContents(sqlite),
    texts: createTexts(sqlite),
    searches: createSearches(sqlite),
    embeddings: createEmbeddings(sqlite),
    messageFiles: (threadId) =>
      sqlite.all(FILES_OF_MESSAGES, [threadId]).map((row) => (row as { id: string }).id),
    removal,
    stepBytes: (runId) => {
      const total = 'SELECT coalesce(sum(octet_length(body)), 0) AS bytes FROM steps WHERE parent = ?';
      return (sqlite.get(total, [runId]) as { bytes: number }).bytes;
    },
    liveRun: (threadId) => {
      const row = sqlite.get(`SELECT body FROM runs WHERE parent = ? AND ${IS_LIVE}`, [threadId]);
      return row === undefined ? undefined : readBody<RunObject>(row);
    },
    liveRunIds: () =>
      sqlite
        .all(`SELECT id FROM runs WHERE ${IS_LIVE} ORDER BY seq`, [])
        .map((row) => (row as { id: string }).id),
    workOn(runId, work) {
      const result = marker.during(runId, work);
      if (suspects.delete(runId)) sqlite.run('DELETE FROM crashes WHERE run_id = ?', [runId]);
      return result;
    },
    takeCrashedRun() {
      const id = marker.takeCrashedRun();
      const row = id === undefined ? undefined : sqlite.get(COUNT_CRASH, [id]);
      for (const suspect of sqlite.all('SELECT run_id FROM crashes', [])) {
        suspects.add((suspect as { run_id: string }).run_id);
      }
      return id === undefined || row === undefined
        ? undefined
        : { id, crashes: (row as { count: number }).count };
    },
    seconds: () => Math.floor(clock.now() / 1000),
    transaction: sqlite.transaction,
    close() {
      closing.abort();
      close();
    },
  };
}
