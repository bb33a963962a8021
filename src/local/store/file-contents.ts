import type { Sqlite } from './sqlite.ts';

/** The bytes of uploaded files, in the database with everything else: there is a file with its content, or neither. */
export interface FileContents {
  write(fileId: string, content: Uint8Array): void;
  read(fileId: string): Uint8Array;
}

/** Contents in the table of schema.ts. What is written is durable with its transaction. */
export function createFileContents(sqlite: Sqlite): FileContents {
  return {
    write: (fileId, content) => {
      sqlite.run('INSERT INTO file_contents (id, content) VALUES (?, ?)', [fileId, content]);
    },
    read: (fileId) => {
      const row = sqlite.get('SELECT content FROM file_contents WHERE id = ?', [fileId]);
      return new Uint8Array((row as { content: ArrayBuffer }).content);
    },
  };
}
