import type { Clock } from '../clock.ts';
import { nextCommitSize } from './commit-size.ts';
import { IS_LIVE, SEQS_PER_TEXT } from './schema.ts';
import type { Sqlite } from './sqlite.ts';

/**
 * Removes what can be large. It is gone at once and for good, but its rows are deleted afterwards, a few at a time: deleting
 * 100,000 messages takes a second, during which no request would get a response.
 */
export interface Removal {
  /** Removes a thread with its messages, runs and steps. Its live run, if any, is deleted with the thread. */
  removeThread(id: string): void;
  removeFile(id: string): void;
  /** Removes what was read from a file, by its number. */
  removeText(number: number): void;
  /** Deletes the content of a file that is not stored, because its upload failed. */
  discardContent(fileId: string): void;
  /** Continues with what an earlier process left. */
  resume(): void;
}

/** The tenant of removed threads. No key has this hash. */
const REMOVED = '';

const MAX_ROWS = 1_000;
const PAUSE_AFTER_ERROR_MS = 1_000;

const rowsOf = (table: string, owner: string) =>
  `DELETE FROM ${table} WHERE seq IN (SELECT seq FROM ${table} WHERE ${owner} = ? LIMIT ?)`;
const THREAD_ROWS = [rowsOf('messages', 'parent'), rowsOf('runs', 'parent'), rowsOf('threads', 'id')];
const FILE_ROWS = [rowsOf('file_pieces', 'file_id')];
const TEXT_ROWS = [
  `WITH text AS (SELECT CAST(? AS INTEGER) * ${SEQS_PER_TEXT} AS first)
   DELETE FROM passages WHERE seq IN (
     SELECT seq FROM passages, text WHERE seq >= first AND seq < first + ${SEQS_PER_TEXT} LIMIT ?
   )`,
  'DELETE FROM texts WHERE number IN (SELECT number FROM texts WHERE number = ? LIMIT ?)',
];

/** Stops when `signal` aborts. */
export function createRemoval(sqlite: Sqlite, clock: Clock, signal: AbortSignal): Removal {
  const queue: { readonly id: string; readonly statements: readonly string[] }[] = [];
  let isRunning = false;

  async function work(): Promise<void> {
    isRunning = true;
    for (let next = queue[0]; next !== undefined && !signal.aborted; next = queue[0]) {
      try {
        for (const statement of next.statements) await deleteAll(statement, next.id);
        queue.shift();
      } catch {
        // Such as a full disk. Nobody waits for it.
        await clock.sleep(PAUSE_AFTER_ERROR_MS, signal);
      }
    }
    isRunning = false;
  }

  async function deleteAll(statement: string, id: string): Promise<void> {
    let rows = 8;
    while (!signal.aborted) {
      const start = performance.now();
      const deleted = sqlite.run(statement, [id, rows]);
      if (deleted < rows) return;
      rows = nextCommitSize(rows, start, MAX_ROWS);
      await clock.sleep(0, signal);
    }
  }

  function remove(id: string, statements: readonly string[]): void {
    queue.push({ id, statements });
    if (!isRunning) void work();
  }

  const idsOf = (query: string, ...values: string[]) =>
    sqlite.all(query, values).map((row) => String((row as { id: string | number }).id));
  return {
    removeThread(id) {
      sqlite.transaction(() => {
        sqlite.run('UPDATE threads SET parent = ? WHERE id = ?', [REMOVED, id]);
        sqlite.run(`DELETE FROM runs WHERE parent = ? AND ${IS_LIVE}`, [id]);
      });
      remove(id, THREAD_ROWS);
    },
    removeFile(id) {
      const texts = sqlite.transaction(() => {
        sqlite.run('DELETE FROM files WHERE id = ?', [id]);
        sqlite.run("UPDATE texts SET state = 'removed' WHERE file_id = ?", [id]);
        return idsOf('SELECT number AS id FROM texts WHERE file_id = ?', id);
      });
      remove(id, FILE_ROWS);
      for (const number of texts) remove(number, TEXT_ROWS);
    },
    removeText(number) {
      sqlite.run("UPDATE texts SET state = 'removed' WHERE number = ?", [number]);
      remove(String(number), TEXT_ROWS);
    },
    discardContent: (fileId) => remove(fileId, FILE_ROWS),
    resume() {
      for (const id of idsOf(`SELECT id FROM threads WHERE parent = '${REMOVED}'`)) remove(id, THREAD_ROWS);
      const orphans =
        'SELECT DISTINCT file_id AS id FROM file_pieces WHERE file_id NOT IN (SELECT id FROM files)';
      for (const id of idsOf(orphans)) remove(id, FILE_ROWS);
      for (const number of idsOf("SELECT number AS id FROM texts WHERE state = 'removed'")) {
        remove(number, TEXT_ROWS);
      }
    },
  };
}
