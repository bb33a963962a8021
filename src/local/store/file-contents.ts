import type { Sqlite } from './sqlite.ts';

/**
 * The contents of uploaded files, in pieces, so that none holds up other requests for long. They are in the database, so that
 * a file and its content are stored together.
 */
export interface FileContents {
  /** Adds a piece to the content of a file, which need not be stored yet. */
  append(fileId: string, piece: Uint8Array): void;
  /** The pieces of a file in their order, each read when it is asked for. */
  pieces(fileId: string): Generator<Uint8Array>;
}

/** File contents in the table that schema.ts defines. */
export function createFileContents(sqlite: Sqlite): FileContents {
  return {
    append: (fileId, piece) => {
      sqlite.run('INSERT INTO file_pieces (file_id, content) VALUES (?, ?)', [fileId, piece]);
    },
    *pieces(fileId) {
      const next = 'SELECT seq, content FROM file_pieces WHERE file_id = ? AND seq > ? ORDER BY seq LIMIT 1';
      for (let after = 0; ; ) {
        const row = sqlite.get(next, [fileId, after]) as { seq: number; content: ArrayBuffer } | undefined;
        if (row === undefined) return;
        yield new Uint8Array(row.content);
        after = row.seq;
      }
    },
  };
}
