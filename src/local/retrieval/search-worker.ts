/** The entry point of the thread that searches: it reads the database while the thread of the requests writes it. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'libsql';
import { FIRST_SEQ } from '../store/schema.ts';
import type { SearchAnswer, SearchRequest } from './search.ts';

const parent = parentPort;
if (parent === null) throw new Error('This module must be run in a worker thread.');

const database = new Database(workerData as string, { readonly: true });

/** The context says where a passage is, which is less than what it says. */
const BY_WORDS = database.prepare(`
  SELECT rowid AS seq FROM passage_words
  WHERE passage_words MATCH ? AND rowid BETWEEN ? AND ?
    AND rowid / ${FIRST_SEQ} IN (SELECT value FROM json_each(?))
  ORDER BY bm25(passage_words, 1.0, 0.5), rowid LIMIT ?`);

function find({ query, numbers, limit }: SearchRequest): number[] {
  const first = Math.min(...numbers) * FIRST_SEQ;
  const last = (Math.max(...numbers) + 1) * FIRST_SEQ - 1;
  const rows = BY_WORDS.all([query, first, last, JSON.stringify(numbers), limit]);
  return rows.map((row) => (row as { seq: number }).seq);
}

function answer(request: SearchRequest): SearchAnswer {
  try {
    return { id: request.id, seqs: find(request) };
  } catch (error) {
    return { id: request.id, error: String(error) };
  }
}

parent.on('message', (request: SearchRequest) => parent.postMessage(answer(request)));
