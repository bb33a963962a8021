import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Log } from '../log.ts';
import { type CrashMarker, openCrashMarker } from './crash-marker.ts';
import { createDiskWatch, type DiskWatch, type DiskWatchOptions } from './disk-watch.ts';
import { DATABASE, DIRECTORY_MODE, LOCK, MARKER, makePrivate } from './private-files.ts';
import { MIGRATIONS } from './schema.ts';
import { openSqlite, type Sqlite } from './sqlite.ts';

/** The data directory cannot be used. The message names the DATA_DIR setting. */
export class DataDirectoryError extends Error {
  override name = 'DataDirectoryError';
}

export interface DataDirectory {
  readonly sqlite: Sqlite;
  readonly marker: CrashMarker;
  /** Closes the database and releases the lock on the directory. */
  close(): void;
}

/**
 * Opens the data directory, creates it if it does not exist, and locks it until close(). The operating system releases
 * the lock of a process that was killed. Throws a {@link DataDirectoryError}.
 */
export function openDataDirectory(options: DiskWatchOptions): DataDirectory {
  const { dataDir, log } = options;
  const lock = lockDirectory(dataDir, log);
  const closing = new AbortController();
  try {
    const disk = createDiskWatch(options);
    const sqlite = openDatabase(dataDir, disk);
    const marker = openCrashMarker(join(dataDir, MARKER));
    disk.keep([LOCK, DATABASE, `${DATABASE}-wal`], closing.signal);
    return {
      sqlite,
      marker,
      close() {
        closing.abort();
        marker.close();
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
function lockDirectory(dataDir: string, log: Log): Sqlite {
  try {
    createDirectory(resolve(dataDir));
    // Checked here because the driver's error would only be "14".
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    makePrivate(dataDir, log);
  } catch (error) {
    throw new DataDirectoryError(`DATA_DIR ${dataDir} cannot be used: ${reasonOf(error)}.`);
  }
  const lock = openIn(dataDir, LOCK);
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
    mkdirSync(path, { mode: DIRECTORY_MODE });
  } catch (error) {
    // Another process may have created it in the meantime.
    if (!isDirectory(path)) throw error;
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function openDatabase(dataDir: string, disk: DiskWatch): Sqlite {
  const sqlite = openIn(dataDir, DATABASE, disk);
  try {
    for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON']) {
      sqlite.all(`PRAGMA ${pragma}`, []);
    }
    const { user_version: version } = sqlite.get('PRAGMA user_version', []) as { user_version: number };
    migrate(sqlite, version);
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw new DataDirectoryError(`DATA_DIR ${dataDir} has no usable database: ${reasonOf(error)}.`);
  }
}

function migrate(sqlite: Sqlite, version: number): void {
  if (version > MIGRATIONS.length) {
    throw new Error(
      `its version is ${version}, but this server supports only versions up to ${MIGRATIONS.length}`,
    );
  }
  if (version === MIGRATIONS.length) return;
  sqlite.transaction(() => {
    for (const migration of MIGRATIONS.slice(version)) sqlite.script(migration);
    sqlite.script(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

function openIn(dataDir: string, name: string, disk?: DiskWatch): Sqlite {
  try {
    return openSqlite(join(dataDir, name), disk);
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
