import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { SCHEMA, SCHEMA_VERSION } from './schema.ts';
import { openSqlite, type Sqlite } from './sqlite.ts';

/** The data directory cannot be used. The message names the DATA_DIR setting. */
export class DataDirectoryError extends Error {
  override name = 'DataDirectoryError';
}

export interface DataDirectory {
  readonly sqlite: Sqlite;
  /** Closes the database and releases the lock on the directory. */
  close(): void;
}

/**
 * Opens the data directory, creates it if it does not exist, and locks it until close(). The operating system releases
 * the lock of a process that was killed. Throws a {@link DataDirectoryError}.
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

/** The lock is a transaction that is never committed, in an empty database: only one process can hold it. */
function lockDirectory(dataDir: string): Sqlite {
  try {
    createDirectory(resolve(dataDir));
    // Checked here because the driver's error would only be "14".
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
    throw new DataDirectoryError(`DATA_DIR ${dataDir} is not writable: ${reasonOf(error)}.`);
  }
}

/** Without the `recursive` option: Node never returns from it below /proc, where nothing can be created. */
function createDirectory(path: string): void {
  if (isDirectory(path)) return;
  createDirectory(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have created it in the meantime.
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
      throw new Error(`its schema has version ${version}, but this server needs version ${SCHEMA_VERSION}`);
    }
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw new DataDirectoryError(`DATA_DIR ${dataDir} has no usable database: ${reasonOf(error)}.`);
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
