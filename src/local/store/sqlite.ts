import Database from 'libsql';

/** A value for a `?` in a statement. */
export type Value = string | number | null | Uint8Array;

/** One database connection. Every statement is prepared once. */
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

/** Opens a database file. Throws the driver's error if that fails. */
export function openSqlite(path: string): Sqlite {
  const database = new Database(path);
  const prepared = new Map<string, ReturnType<typeof database.prepare>>();
  const prepare = (sql: string) => {
    const statement = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
  // Values are always passed as one array: the driver takes a lone Buffer for named parameters and aborts Node.
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
