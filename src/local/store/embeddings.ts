import { SEQS_PER_TEXT } from './schema.ts';
import type { Sqlite } from './sqlite.ts';

export interface PassageToEmbed {
  readonly seq: number;
  readonly text: string;
}

/**
 * The vectors of passages. Their kind says by which model and with how many dimensions they were made: only vectors of one kind
 * can be compared.
 */
export interface Embeddings {
  /** The first text from `number` on whose vectors are of a kind that does not begin with `kind`. */
  next(number: number, kind: string): number | undefined;
  /** Passages of a text from `seq` on that have no vector of a kind that begins with `kind`, and where to go on. */
  missing(
    number: number,
    kind: string,
    seq: number,
  ): { passages: PassageToEmbed[]; next: number | undefined };
  put(kind: string, vectors: readonly { readonly seq: number; readonly vector: Float32Array }[]): void;
  /** Notes that the vectors of a text are of this kind. */
  finish(number: number, kind: string): void;
}

/** How many passages are looked at at once. */
const WINDOW = 256;

/** Embeddings in the tables that schema.ts defines. */
export function createEmbeddings(sqlite: Sqlite): Embeddings {
  return {
    next(number, kind) {
      const row = sqlite.get(
        `SELECT number FROM texts WHERE state = 'ready' AND number >= ?
         AND (embedded IS NULL OR substr(embedded, 1, ?) <> ?) ORDER BY number LIMIT 1`,
        [number, kind.length, kind],
      );
      return row === undefined ? undefined : (row as { number: number }).number;
    },
    missing(number, kind, seq) {
      const end = (number + 1) * SEQS_PER_TEXT;
      const first = Math.max(seq, number * SEQS_PER_TEXT);
      const rows = sqlite.all(
        `SELECT seq, CASE WHEN substr(kind, 1, ?) = ? THEN NULL ELSE context || char(10) || text END AS text
         FROM passages LEFT JOIN embeddings USING (seq) WHERE seq >= ? AND seq < ? ORDER BY seq LIMIT ?`,
        [kind.length, kind, first, end, WINDOW],
      ) as { seq: number; text: string | null }[];
      const last = rows.at(-1);
      return {
        passages: rows.flatMap(({ seq, text }) => (text === null ? [] : [{ seq, text }])),
        next: rows.length < WINDOW || last === undefined ? undefined : last.seq + 1,
      };
    },
    put: (kind, vectors) =>
      sqlite.transaction(() => {
        for (const { seq, vector } of vectors) {
          // The text may have been removed in the meantime.
          sqlite.run(
            'INSERT OR REPLACE INTO embeddings (seq, kind, vector) SELECT seq, ?, ? FROM passages WHERE seq = ?',
            [kind, new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), seq],
          );
        }
      }),
    finish: (number, kind) =>
      void sqlite.run('UPDATE texts SET embedded = ? WHERE number = ?', [kind, number]),
  };
}
