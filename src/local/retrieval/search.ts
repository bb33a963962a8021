import { Worker } from 'node:worker_threads';
import type { QuestionVector } from './embedding.ts';

/** Searches the passages of files in a thread of its own: a search takes longer, the more passages have its words. */
export interface Search {
  /**
   * The numbers of the best passages of these texts, best first: by words, and by vectors if the question has one. Throws a
   * {@link SearchError}.
   */
  find(question: Question): Promise<readonly number[]>;
  close(): Promise<void>;
}

export interface Question {
  /** An expression of FTS5. Undefined if the question has no words. */
  readonly query: string | undefined;
  readonly vector: QuestionVector | undefined;
  /** The numbers of the texts. At least one. */
  readonly numbers: readonly number[];
  readonly limit: number;
}

export type SearchRequest = Question & { readonly id: number };
export type SearchAnswer =
  | { readonly id: number; readonly seqs: readonly number[] }
  | { readonly id: number; readonly error: string };

/** A search failed. */
export class SearchError extends Error {
  override name = 'SearchError';
}

export interface SearchOptions {
  /** The built `search-worker.js`. */
  readonly script: URL;
  /** Path of the database. */
  readonly database: string;
}

/** How long a search waits for its turn and its answer. */
const MAX_MS = 30_000;

interface Waiting {
  resolve(seqs: readonly number[]): void;
  reject(error: SearchError): void;
}

/** Starts its thread with the first search. */
export function createSearch({ script, database }: SearchOptions): Search {
  let worker: Worker | undefined;
  let lastId = 0;
  const waiting = new Map<number, Waiting>();

  function start(): Worker {
    const started = new Worker(script, { workerData: database });
    const fail = (error: unknown) => {
      // After an error it also exits. By then, another one may be at work.
      if (worker !== started) return;
      worker = undefined;
      for (const { reject } of waiting.values())
        reject(new SearchError(`The search stopped: ${String(error)}`));
      waiting.clear();
    };
    started.on('message', (answer: SearchAnswer) => {
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ('error' in answer) asked?.reject(new SearchError(answer.error));
      else asked?.resolve(answer.seqs);
    });
    started.on('error', fail);
    started.on('exit', fail);
    return started;
  }

  return {
    find(question) {
      worker ??= start();
      lastId += 1;
      const id = lastId;
      worker.postMessage({ ...question, id } satisfies SearchRequest);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(id);
          reject(new SearchError(`The search took more than ${MAX_MS / 1000} s.`));
        }, MAX_MS);
        waiting.set(id, {
          resolve: (seqs) => {
            clearTimeout(timer);
            resolve(seqs);
          },
          reject: (error) => {
            clearTimeout(timer);
            reject(error);
          },
        });
      });
    },
    async close() {
      await worker?.terminate();
    },
  };
}
