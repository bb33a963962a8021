import type { Passage } from '../documents/passages.ts';
import type { FileObject } from '../objects.ts';
import { readBody } from './collection.ts';
import { SEQS_PER_TEXT } from './schema.ts';
import type { Sqlite } from './sqlite.ts';

/** A file that has to be read. */
export interface PendingText {
  readonly number: number;
  readonly fileId: string;
  readonly tenant: string;
  /** How often reading it has begun. */
  readonly attempts: number;
}

/** A passage where it is stored. */
export interface StoredPassage extends Passage {
  readonly fileId: string;
}

/** How reading a file has ended. The client is told the problem, or else what could not be read. */
export interface ReadingResult {
  /** Why nothing could be read. */
  readonly problem?: string;
  /** What could not be read of a file with other passages. */
  readonly unread?: string | undefined;
}

/** What was read from the files, cut into passages whose words can be searched. */
export interface Texts {
  /** Notes that a file is to be read. For the transaction that stores the file. */
  add(tenant: string, fileId: string): void;
  /** The file to be read next: the oldest of the tenant that follows `tenant`, so that all get their turn. */
  next(tenant: string): PendingText | undefined;
  /** Adds to the attempts to read a file. */
  count(number: number, attempts: 1 | -1): void;
  /** Stores passages of a text, the first of which is number `index` of the text. False if the text was removed. */
  append(number: number, index: number, passages: readonly Passage[]): boolean;
  /** Makes the passages of a text known, together with the status of its file. */
  finish(number: number, result: ReadingResult): void;
  /** The text without the passages that an earlier attempt has left, if any: then it gets another number. */
  restart(text: PendingText, remove: (number: number) => void): PendingText;
  arePending(fileIds: readonly string[]): boolean;
  /** The numbers of the texts of those files that were read. */
  numbersOf(fileIds: readonly string[]): number[];
  /** The passages with these numbers, in this order. One that was removed is left out. */
  passages(seqs: readonly number[]): StoredPassage[];
}

/** Texts in the tables that schema.ts defines. */
export function createTexts(sqlite: Sqlite): Texts {
  const insert = (fileId: string, tenant: string, attempts: number) =>
    sqlite.get(
      "INSERT INTO texts (file_id, tenant, state, attempts) VALUES (?, ?, 'pending', ?) RETURNING number",
      [fileId, tenant, attempts],
    ) as { number: number };
  const isPending = (number: number) =>
    sqlite.get("SELECT 1 FROM texts WHERE number = ? AND state = 'pending'", [number]) !== undefined;
  return {
    add: (tenant, fileId) => void insert(fileId, tenant, 0),
    next(tenant) {
      const from = (condition: string) =>
        sqlite.get(
          `SELECT number, file_id AS fileId, tenant, attempts FROM texts
           WHERE state = 'pending' AND tenant ${condition} ? ORDER BY tenant, number LIMIT 1`,
          [tenant],
        ) as PendingText | undefined;
      return from('>') ?? from('<=');
    },
    count: (number, attempts) =>
      void sqlite.run('UPDATE texts SET attempts = attempts + ? WHERE number = ?', [attempts, number]),
    append: (number, index, passages) =>
      sqlite.transaction(() => {
        if (!isPending(number)) return false;
        const first = number * SEQS_PER_TEXT + index;
        for (const [offset, { text, context }] of passages.entries()) {
          const seq = first + offset;
          sqlite.run('INSERT INTO passages (seq, text, context) VALUES (?, ?, ?)', [seq, text, context]);
          const words = [seq, toWords(text), toWords(context)];
          sqlite.run('INSERT INTO passage_words (rowid, text, context) VALUES (?, ?, ?)', words);
        }
        return true;
      }),
    finish: (number, { problem, unread }) =>
      sqlite.transaction(() => {
        if (!isPending(number)) return;
        const state = problem === undefined ? 'ready' : 'unreadable';
        sqlite.run('UPDATE texts SET state = ? WHERE number = ?', [state, number]);
        const row = sqlite.get(
          'SELECT body FROM files WHERE id = (SELECT file_id FROM texts WHERE number = ?)',
          [number],
        );
        if (row === undefined) return;
        const file: FileObject = {
          ...readBody<FileObject>(row),
          status: problem === undefined ? 'processed' : 'error',
          status_details: problem ?? unread ?? null,
        };
        sqlite.run('UPDATE files SET body = ? WHERE id = ?', [JSON.stringify(file), file.id]);
      }),
    restart: (text, remove) =>
      sqlite.transaction(() => {
        const first = text.number * SEQS_PER_TEXT;
        const range = [first, first + SEQS_PER_TEXT];
        if (sqlite.get('SELECT 1 FROM passages WHERE seq >= ? AND seq < ? LIMIT 1', range) === undefined)
          return text;
        remove(text.number);
        return { ...text, ...insert(text.fileId, text.tenant, text.attempts) };
      }),
    arePending: (fileIds) =>
      sqlite.get(
        "SELECT 1 FROM texts WHERE state = 'pending' AND file_id IN (SELECT value FROM json_each(?)) LIMIT 1",
        [JSON.stringify(fileIds)],
      ) !== undefined,
    numbersOf: (fileIds) =>
      sqlite
        .all(
          "SELECT number FROM texts WHERE state = 'ready' AND file_id IN (SELECT value FROM json_each(?))",
          [JSON.stringify(fileIds)],
        )
        .map((row) => (row as { number: number }).number),
    passages: (seqs) =>
      seqs.flatMap((seq) => {
        const row = sqlite.get(
          `SELECT passages.text, context, file_id AS fileId FROM passages, texts
           WHERE seq = ? AND number = ? AND state = 'ready'`,
          [seq, Math.floor(seq / SEQS_PER_TEXT)],
        );
        return row === undefined ? [] : [row as StoredPassage];
      }),
  };
}

/** Scripts that are written without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]{2,}/gu;

/** A word that is hyphenated at the end of a line. */
const HYPHENATED = /(\p{L}{2,40})-\r?\n(\p{L}{2,40})/gu;

/**
 * The words by which a text is found. Text without spaces is found by each pair of characters, and a hyphenated word both whole
 * and in parts.
 */
export function toWords(text: string): string {
  return text.replace(HYPHENATED, '$1$2 $1 $2').replace(UNSPACED, (run) => {
    const characters = [...run];
    return ` ${characters.flatMap((each, index) => (index === 0 ? [] : [`${characters[index - 1]}${each}`])).join(' ')} `;
  });
}
