import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type {
  AssistantObject,
  FileObject,
  MessageObject,
  RunObject,
  StepObject,
  ThreadObject,
} from '../objects.ts';
import { type Collection, createCollection, readBody } from './collection.ts';
import { createFileContents, type FileContents } from './file-contents.ts';
import { createPieces, type Pieces } from './pieces.ts';
import { IS_LIVE, SCHEMA, SCHEMA_VERSION } from './schema.ts';
import { openSqlite, type Sqlite } from './sqlite.ts';

/** An assistant as it is kept: with the time at which each of its files was attached. */
export interface AssistantRecord extends Omit<AssistantObject, 'file_ids'> {
  files: { id: string; created_at: number }[];
}

/** Everything that the local API knows, on disk. What a method has changed is durable when it returns or resolves. */
export interface Store {
  /** Within a tenant. */
  readonly assistants: Collection<AssistantRecord>;
  /** Within a tenant. */
  readonly files: Collection<FileObject>;
  /** Within a tenant. Removing one takes its messages, runs and steps along. */
  readonly threads: Collection<ThreadObject>;
  /** Within a thread. */
  readonly messages: Collection<MessageObject>;
  /** Within a thread. */
  readonly runs: Collection<RunObject>;
  /** Within a run. */
  readonly steps: Collection<StepObject>;
  readonly pieces: Pieces;
  readonly contents: FileContents;
  /** The one run that holds the thread, if any does. */
  liveRun(threadId: string): RunObject | undefined;
  /** Every run that has not ended, oldest first. */
  liveRuns(): RunObject[];
  /** Unix seconds, never less than those of anything kept: order of insertion and order by created_at are one. */
  seconds(): number;
  transaction<Result>(work: () => Result): Result;
  close(): void;
}

/** Why the data directory cannot be used, in one sentence for whoever set DATA_DIR. */
export class DataDirectoryError extends Error {
  override name = 'DataDirectoryError';
}

/**
 * Opens the data directory, creating it where there is none, and keeps every other process out of it until close().
 * The system lets go of the lock of a process that was killed. Throws a {@link DataDirectoryError}.
 */
export function openStore(dataDir: string, clock: Clock): Store {
  const lock = lockDirectory(dataDir);
  try {
    const sqlite = openDatabase(dataDir);
    return createStore(sqlite, clock, () => {
      sqlite.close();
      lock.close();
    });
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** A transaction that is never committed, in a database that holds nothing: only one process can have it. */
function lockDirectory(dataDir: string): Sqlite {
  try {
    mkdirSync(dataDir, { recursive: true });
  } catch (error) {
    throw new DataDirectoryError(`DATA_DIR ${dataDir} cannot be created: ${reasonOf(error)}.`);
  }
  const lock = openIn(dataDir, 'lock');
  try {
    lock.script('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (isBusy(error)) throw new DataDirectoryError(`DATA_DIR ${dataDir} is in use by another process.`);
    throw new DataDirectoryError(`DATA_DIR ${dataDir} cannot be written: ${reasonOf(error)}.`);
  }
}

function openDatabase(dataDir: string): Sqlite {
  const sqlite = openIn(dataDir, 'assistants.db');
  try {
    for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON']) {
      sqlite.all(`PRAGMA ${pragma}`, []);
    }
    const { user_version: version } = sqlite.get('PRAGMA user_version', []) as { user_version: number };
    if (version === 0) sqlite.transaction(() => sqlite.script(SCHEMA));
    else if (version !== SCHEMA_VERSION) {
      throw new Error(
        `it was written by version ${version} of the tables, and this is version ${SCHEMA_VERSION}`,
      );
    }
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw new DataDirectoryError(
      `DATA_DIR ${dataDir} holds no database that can be used: ${reasonOf(error)}.`,
    );
  }
}

function openIn(dataDir: string, name: string): Sqlite {
  try {
    return openSqlite(join(dataDir, name));
  } catch (error) {
    throw new DataDirectoryError(`DATA_DIR ${dataDir} cannot be opened: ${reasonOf(error)}.`);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY';
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const COLLECTIONS = ['assistants', 'files', 'threads', 'messages', 'runs', 'steps'] as const;

function createStore(sqlite: Sqlite, clock: Clock, close: () => void): Store {
  const newest = COLLECTIONS.map((table) => {
    const row = sqlite.get(`SELECT created_at FROM ${table} ORDER BY seq DESC LIMIT 1`, []);
    return (row as { created_at: number } | undefined)?.created_at ?? 0;
  });
  let latest = Math.max(...newest);
  return {
    assistants: createCollection(sqlite, 'assistants'),
    files: createCollection(sqlite, 'files'),
    threads: createCollection(sqlite, 'threads'),
    messages: createCollection(sqlite, 'messages'),
    runs: createCollection(sqlite, 'runs'),
    steps: createCollection(sqlite, 'steps'),
    pieces: createPieces(sqlite),
    contents: createFileContents(sqlite),
    liveRun: (threadId) => {
      const row = sqlite.get(`SELECT body FROM runs WHERE parent = ? AND ${IS_LIVE}`, [threadId]);
      return row === undefined ? undefined : readBody<RunObject>(row);
    },
    liveRuns: () =>
      sqlite.all(`SELECT body FROM runs WHERE ${IS_LIVE} ORDER BY seq`, []).map(readBody<RunObject>),
    seconds: () => {
      latest = Math.max(latest, Math.floor(clock.now() / 1000));
      return latest;
    },
    transaction: sqlite.transaction,
    close,
  };
}
