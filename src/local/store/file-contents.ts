import type { Sqlite } from './sqlite.ts';

/** The contents of uploaded files. They are in the database, so that a file and its content are stored together. */
export interface FileContents {
  write(fileId: string, content: Uint8Array): void;
  read(fileId: string): Uint8Array;
}

/** File contents in the table that schema.ts defines. */
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
