/** The entry point of the thread that searches: it reads the database while the thread of the requests writes it. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'libsql';
import { SEQS_PER_TEXT } from '../store/schema.ts';
import type { SearchAnswer, SearchRequest } from './search.ts';

const parent = parentPort;
if (parent === null) throw new Error('This module must be run in a worker thread.');

const database = new Database(workerData as string, { readonly: true });

/** The context says where a passage is, which is less than what it says. */
const BY_WORDS = database.prepare(`
  SELECT rowid AS seq FROM passage_words
  WHERE passage_words MATCH ? AND rowid BETWEEN ? AND ?
    AND rowid / ${SEQS_PER_TEXT} IN (SELECT value FROM json_each(?))
  ORDER BY bm25(passage_words, 1.0, 0.5), rowid LIMIT ?`);

/** A cosine distance is NaN for a vector of zeros, which is no answer to anything. */
const BY_VECTOR = database.prepare(`
  SELECT seq, vector_distance_cos(vector, ?) AS distance FROM embeddings
  WHERE seq >= ? AND seq < ? AND kind = ? AND distance IS NOT NULL ORDER BY distance LIMIT ?`);

/** How many passages each ranking has. What is further down in one of them is of no use. */
const RANKED = 50;

function byWords({ query, numbers }: SearchRequest): number[] {
  if (query === undefined) return [];
  const first = Math.min(...numbers) * SEQS_PER_TEXT;
  const last = (Math.max(...numbers) + 1) * SEQS_PER_TEXT - 1;
  const rows = BY_WORDS.all([query, first, last, JSON.stringify(numbers), RANKED]);
  return rows.map((row) => (row as { seq: number }).seq);
}

function byVector({ vector: question, numbers }: SearchRequest): number[] {
  if (question === undefined) return [];
  const { kind, vector } = question;
  const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
  const nearest = numbers.flatMap((number) => {
    const range = [number * SEQS_PER_TEXT, (number + 1) * SEQS_PER_TEXT];
    return BY_VECTOR.all([bytes, ...range, kind, RANKED]) as { seq: number; distance: number }[];
  });
  return nearest
    .sort((one, other) => one.distance - other.distance || one.seq - other.seq)
    .slice(0, RANKED)
    .map(({ seq }) => seq);
}

/** Of reciprocal rank fusion: how much the first places of a ranking count more than the next ones. */
const FLATTENING = 60;

/** Joins rankings whose scores cannot be compared: what is high up in both comes first. */
function fuse(rankings: readonly (readonly number[])[]): number[] {
  const scores = new Map<number, number>();
  for (const ranking of rankings) {
    for (const [rank, seq] of ranking.entries()) {
      scores.set(seq, (scores.get(seq) ?? 0) + 1 / (FLATTENING + rank + 1));
    }
  }
  return [...scores].sort(([, one], [, other]) => other - one).map(([seq]) => seq);
}

function find(request: SearchRequest): number[] {
  return fuse([byWords(request), byVector(request)]).slice(0, request.limit);
}

function answer(request: SearchRequest): SearchAnswer {
  try {
    return { id: request.id, seqs: find(request) };
  } catch (error) {
    return { id: request.id, error: String(error) };
  }
}

parent.on('message', (request: SearchRequest) => parent.postMessage(answer(request)));
