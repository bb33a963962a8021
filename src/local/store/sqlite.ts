import Database from 'libsql';
import { StorageError, toStorageError } from './storage-error.ts';

/** A value for a `?` in a statement. */
export type Value = string | number | null | Uint8Array;

/** One database connection. Every statement is prepared once. A disk that cannot be used throws a StorageError. */
export interface Sqlite {
  /** Runs a statement and returns the number of changed rows. */
  run(sql: string, values: readonly Value[]): number;
  get(sql: string, values: readonly Value[]): unknown;
  all(sql: string, values: readonly Value[]): unknown[];
  /** Runs statements without values. */
  script(sql: string): void;
  /** Everything in `work` is on disk when this returns, or nothing if it throws. A nested transaction joins the outer. */
  transaction<Result>(work: () => Result): Result;
  close(): void;
}

/** Learns what happens to the disk under a database. */
export interface DiskEvents {
  /** After each commit. If it throws, the caller of the commit gets its error. */
  committed(): void;
  failed(error: StorageError): void;
}

const UNWATCHED: DiskEvents = { committed: () => undefined, failed: () => undefined };

/** Opens a database file. Throws the driver's error if that fails. */
export function openSqlite(path: string, disk = UNWATCHED): Sqlite {
  const database = new Database(path);
  const prepared = new Map<string, ReturnType<typeof database.prepare>>();
  const prepare = (sql: string) => {
    const statement = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
  const onDisk = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (thrown) {
      const error = toStorageError(thrown, path);
      if (error instanceof StorageError) disk.failed(error);
      throw error;
    }
  };
  // Values are always passed as one array: the driver takes a lone Buffer for named parameters and aborts Node.
  return {
    run(sql, values) {
      const { changes } = onDisk(() => prepare(sql).run(values));
      if (!database.inTransaction) disk.committed();
      return changes;
    },
    get: (sql, values) => onDisk(() => prepare(sql).get(values)),
    all: (sql, values) => onDisk(() => prepare(sql).all(values)),
    script: (sql) => onDisk(() => database.exec(sql)),
    transaction(work) {
      if (database.inTransaction) return work();
      onDisk(() => database.exec('BEGIN IMMEDIATE'));
      let result: ReturnType<typeof work>;
      try {
        result = work();
        onDisk(() => database.exec('COMMIT'));
      } catch (error) {
        if (database.inTransaction) database.exec('ROLLBACK');
        throw error;
      }
      disk.committed();
      return result;
    },
    close() {
      prepared.clear();
      database.close();
    },
  };
}
