import type { Sqlite } from './sqlite.ts';

/**
 * The text of messages that are still being written, a row for each piece: a word then costs one small commit, however
 * long its message has become.
 */
export interface Pieces {
  /**
   * Resolves once the piece is on disk. Pieces of the same moment, of whatever runs, share one commit, so that many
   * runs at once do not wait for as many fsyncs. A piece of a message that is gone meanwhile goes with it.
   */
  append(messageId: string, text: string): Promise<void>;
  /** All that was written so far. */
  text(messageId: string): string;
  /** Once the message holds its whole text itself. */
  clear(messageId: string): void;
}

interface Waiting {
  readonly messageId: string;
  readonly text: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

// As JSON, because the driver cuts a text off at a null character when it reads it back.
const APPEND = 'INSERT INTO pieces (message_id, text) SELECT id, ? FROM messages WHERE id = ?';

/** Pieces in the table of schema.ts. */
export function createPieces(sqlite: Sqlite): Pieces {
  let waiting: Waiting[] = [];

  function commit() {
    const together = waiting;
    waiting = [];
    try {
      sqlite.transaction(() => {
        for (const { messageId, text } of together) sqlite.run(APPEND, [JSON.stringify(text), messageId]);
      });
    } catch (error) {
      for (const { reject } of together) reject(error);
    }
    for (const { resolve } of together) resolve();
  }

  return {
    append: (messageId, text) =>
      new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(commit);
        waiting.push({ messageId, text, resolve, reject });
      }),
    text: (messageId) =>
      sqlite
        .all('SELECT text FROM pieces WHERE message_id = ? ORDER BY seq', [messageId])
        .map((row) => JSON.parse((row as { text: string }).text) as string)
        .join(''),
    clear: (messageId) => {
      sqlite.run('DELETE FROM pieces WHERE message_id = ?', [messageId]);
    },
  };
}
