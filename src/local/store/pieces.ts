import type { Sqlite } from './sqlite.ts';

/**
 * The text of messages that are still being written, a row for each piece: a word then costs one small commit, however
 * long its message has become.
 */
export interface Pieces {
  append(messageId: string, text: string): void;
  /** All that was written so far. */
  text(messageId: string): string;
  /** Once the message holds its whole text itself. */
  clear(messageId: string): void;
}

/** Pieces in the table of schema.ts; each one is durable when `append` returns. */
export function createPieces(sqlite: Sqlite): Pieces {
  return {
    // As JSON, because the driver cuts a text off at a null character when it reads it back.
    append: (messageId, text) => {
      sqlite.run('INSERT INTO pieces (message_id, text) VALUES (?, ?)', [messageId, JSON.stringify(text)]);
    },
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
