import type { Sqlite } from './sqlite.ts';

/** A passage as a run got it. */
export interface CitablePassage {
  /** Unique in the run. The model cites the passage by it. */
  readonly number: number;
  readonly fileId: string;
  readonly filename: string;
  readonly text: string;
  readonly context: string;
}

/** What a search of a run has found. A problem is what the model is told instead. */
export interface SearchResult {
  readonly passages: readonly CitablePassage[];
  readonly problem?: string;
}

export interface StoredSearch {
  readonly question: string;
  /** Undefined until it is known. */
  readonly result: SearchResult | undefined;
}

/** What the retrieval calls of steps ask and get. The REST API shows neither. */
export interface Searches {
  add(callId: string, stepId: string, question: string): void;
  setResult(callId: string, result: SearchResult): void;
  get(callId: string): StoredSearch | undefined;
}

/** Searches in the table that schema.ts defines. Texts are JSON, because the driver truncates them at a null character. */
export function createSearches(sqlite: Sqlite): Searches {
  return {
    add: (callId, stepId, question) => {
      const values = [callId, stepId, JSON.stringify(question)];
      sqlite.run('INSERT INTO searches (call_id, step_id, question) VALUES (?, ?, ?)', values);
    },
    setResult: (callId, result) => {
      sqlite.run('UPDATE searches SET result = ? WHERE call_id = ?', [JSON.stringify(result), callId]);
    },
    get(callId) {
      const row = sqlite.get('SELECT question, result FROM searches WHERE call_id = ?', [callId]);
      if (row === undefined) return undefined;
      const { question, result } = row as { question: string; result: string | null };
      return {
        question: JSON.parse(question) as string,
        result: result === null ? undefined : (JSON.parse(result) as SearchResult),
      };
    },
  };
}
