import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { SCHEMA, SCHEMA_VERSION } from './schema.ts';
import { openSqlite, type Sqlite } from './sqlite.ts';

/** Why the data directory cannot be used, in one sentence for whoever set DATA_DIR. */
export class DataDirectoryError extends Error {
  override name = 'DataDirectoryError';
}

export interface DataDirectory {
  readonly sqlite: Sqlite;
  /** Closes the database, and lets other processes in. */
  close(): void;
}

/**
 * Opens the data directory, creating it where there is none, and keeps every other process out of it until close().
 * The system lets go of the lock of a process that was killed. Throws a {@link DataDirectoryError}.
 */
export function openDataDirectory(dataDir: string): DataDirectory {
  const lock = lockDirectory(dataDir);
  try {
    const sqlite = openDatabase(dataDir);
    return {
      sqlite,
      close() {
        sqlite.close();
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** A transaction that is never committed, in a database that holds nothing: only one process can have it. */
function lockDirectory(dataDir: string): Sqlite {
  try {
    createDirectory(resolve(dataDir));
    // Asked here, since the driver would only say "14".
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new DataDirectoryError(`DATA_DIR ${dataDir} cannot be used: ${reasonOf(error)}.`);
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

/** Not by `recursive`, with which Node never comes back where nothing can be created, as below /proc. */
function createDirectory(path: string): void {
  if (isDirectory(path)) return;
  createDirectory(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process that starts at this moment may have been quicker.
    if (!isDirectory(path)) throw error;
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
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
