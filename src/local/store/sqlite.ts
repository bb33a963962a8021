import Database from 'libsql';

/** What the database takes for a `?`. */
export type Value = string | number | null | Uint8Array;

/** One connection, with every statement prepared once. */
export interface Sqlite {
  /** Runs a statement and tells how many rows it changed. */
  run(sql: string, values: readonly Value[]): number;
  get(sql: string, values: readonly Value[]): unknown;
  all(sql: string, values: readonly Value[]): unknown[];
  /** Runs statements that take no values. */
  script(sql: string): void;
  /** All of `work` is on disk when this returns, or none of it if it throws. One inside another joins it. */
  transaction<Result>(work: () => Result): Result;
  close(): void;
}

/** Opens a database file; throws what the driver throws where that cannot be done. */
export function openSqlite(path: string): Sqlite {
  const database = new Database(path);
  const prepared = new Map<string, ReturnType<typeof database.prepare>>();
  const prepare = (sql: string) => {
    const statement = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
  // Values always go in as one array: given a lone Buffer, the driver takes it for named parameters and aborts Node.
  return {
    run: (sql, values) => prepare(sql).run(values).changes,
    get: (sql, values) => prepare(sql).get(values),
    all: (sql, values) => prepare(sql).all(values),
    script: (sql) => database.exec(sql),
    transaction(work) {
      if (database.inTransaction) return work();
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        if (database.inTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    close() {
      prepared.clear();
      database.close();
    },
  };
}
