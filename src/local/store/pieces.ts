import type { Sqlite } from './sqlite.ts';

/**
 * The text of messages that are still being written, with a row for each piece, so that a word costs one small commit
 * however long its message is.
 */
export interface Pieces {
  /**
   * Resolves once the piece is on disk. Pieces that are appended at the same time share one commit, so that many runs do
   * not wait for one fsync each. A piece of a message that was deleted in the meantime is dropped.
   */
  append(messageId: string, text: string): Promise<void>;
  /** Puts a text in the place of all pieces. On disk when this returns. */
  replace(messageId: string, text: string): void;
  /** The text written so far. */
  text(messageId: string): string;
  /** Removes the pieces, once the message itself has the text. */
  clear(messageId: string): void;
}

interface PendingPiece {
  readonly messageId: string;
  readonly text: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

// As JSON, because the driver truncates text at a null character when it reads it back.
const APPEND = 'INSERT INTO pieces (message_id, text) SELECT id, ? FROM messages WHERE id = ?';
const CLEAR = 'DELETE FROM pieces WHERE message_id = ?';

/** What fits into one commit, so that it does not hold up requests for long. */
const MAX_PIECES = 200;
const MAX_CHARACTERS = 512 * 1024;

function batchSize(pending: readonly PendingPiece[]): number {
  let characters = 0;
  const end = pending.findIndex(({ text }, index) => {
    characters += text.length;
    return index === MAX_PIECES || (index > 0 && characters > MAX_CHARACTERS);
  });
  return end < 0 ? pending.length : end;
}

/** Pieces in the table that schema.ts defines. */
export function createPieces(sqlite: Sqlite): Pieces {
  const pending: PendingPiece[] = [];

  function commit() {
    const batch = pending.splice(0, batchSize(pending));
    if (pending.length > 0) setImmediate(commit);
    try {
      sqlite.transaction(() => {
        for (const { messageId, text } of batch) sqlite.run(APPEND, [JSON.stringify(text), messageId]);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    for (const { resolve } of batch) resolve();
  }

  return {
    append: (messageId, text) =>
      new Promise((resolve, reject) => {
        if (pending.length === 0) setImmediate(commit);
        pending.push({ messageId, text, resolve, reject });
      }),
    text: (messageId) =>
      sqlite
        .all('SELECT text FROM pieces WHERE message_id = ? ORDER BY seq', [messageId])
        .map((row) => JSON.parse((row as { text: string }).text) as string)
        .join(''),
    replace: (messageId, text) =>
      sqlite.transaction(() => {
        sqlite.run(CLEAR, [messageId]);
        sqlite.run(APPEND, [JSON.stringify(text), messageId]);
      }),
    clear: (messageId) => {
      sqlite.run(CLEAR, [messageId]);
    },
  };
}
