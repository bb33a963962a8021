import { type FunctionDefinition, type ModelCall, ModelError } from '../models/model.ts';
import type { RunObject, StepToolCall } from '../objects.ts';
import type { Retrieval } from '../retrieval/retrieval.ts';
import type { CitablePassage, SearchResult } from '../store/searches.ts';
import type { Store } from '../store/store.ts';
import { citablePassages, markerOf, searchIds, withoutMarkers } from './citations.ts';

/** A model that only searches gets no further results after so many searches, and its run fails after twice as many. */
const MAX_SEARCHES = 20;
/** How many names of files the model is told. */
const MAX_NAMES = 20;

/** The files that a run searches: those of its assistant and of the messages in its thread. */
function searchedFiles(store: Store, run: RunObject): string[] {
  return [...new Set([...run.file_ids, ...store.messageFiles(run.thread_id)])];
}

/** The name of the function by which the model of a run searches its files. Undefined if it cannot. */
export function searchName(run: RunObject): string | undefined {
  if (!run.tools.some(({ type }) => type === 'retrieval')) return undefined;
  const taken = run.tools.flatMap((tool) => (tool.type === 'function' ? [tool.function.name] : []));
  let name = 'search_files';
  while (taken.includes(name)) name += '_';
  return name;
}

/** The function by which the model searches. Undefined if the run has no retrieval tool or no files. */
export function searchFunction(store: Store, run: RunObject): FunctionDefinition | undefined {
  const name = searchName(run);
  const fileIds = name === undefined ? [] : searchedFiles(store, run);
  if (name === undefined || fileIds.length === 0) return undefined;
  const names = fileIds.slice(0, MAX_NAMES).flatMap((id) => store.files.find(id)?.filename ?? []);
  const query = 'What to find, in the words that the files probably use';
  return {
    name,
    description: `Finds passages in the user's files (${names.join(', ')}). Call it before you answer from the files.`,
    parameters: {
      type: 'object',
      properties: { query: { type: 'string', description: query } },
      required: ['query'],
    },
  };
}

/** What a model wants to find. A model that writes no JSON has probably written the question itself. */
export function questionOf(call: ModelCall): string {
  try {
    const { query } = Object(JSON.parse(call.arguments));
    return typeof query === 'string' ? query : call.arguments;
  } catch {
    return call.arguments;
  }
}

export interface SearchDeps {
  readonly store: Store;
  readonly retrieval: Retrieval;
  /** Called with every unexpected error, such as a bug or a full disk. */
  readonly onError: (error: unknown) => void;
}

/** Answers the retrieval calls of a step that have no result yet. Returns early once `signal` aborts. */
export async function runSearches(
  deps: SearchDeps,
  run: RunObject,
  calls: readonly StepToolCall[],
  signal: AbortSignal,
): Promise<void> {
  const { store } = deps;
  for (const { id } of calls) {
    const search = store.searches.get(id);
    if (search === undefined || search.result !== undefined) continue;
    const result = await find(deps, run, search.question, signal);
    if (signal.aborted) return;
    store.searches.setResult(id, result);
  }
}

/** Throws a ModelError once the model has searched too often. */
async function find(
  { store, retrieval, onError }: SearchDeps,
  run: RunObject,
  question: string,
  signal: AbortSignal,
): Promise<SearchResult> {
  const count = [...searchIds(store, run.id)].length;
  if (count > MAX_SEARCHES * 2) {
    throw new ModelError('server_error', `The model searched the files ${count} times without an answer.`);
  }
  if (count > MAX_SEARCHES)
    return { passages: [], problem: 'You cannot search again. Answer with what you have found.' };
  try {
    const found = await retrieval.find(question, searchedFiles(store, run), signal);
    const known = citablePassages(store, run.id);
    return { passages: numbered(store, found, known) };
  } catch (error) {
    onError(error);
    return { passages: [], problem: 'The search failed.' };
  }
}

/** The passages with numbers. One that the run has already got keeps its number. */
function numbered(
  store: Store,
  found: Awaited<ReturnType<Retrieval['find']>>,
  known: ReadonlyMap<number, CitablePassage>,
): CitablePassage[] {
  let last = Math.max(0, ...known.keys());
  return found.map(({ fileId, text, context }) => {
    const same = [...known.values()].find((passage) => passage.fileId === fileId && passage.text === text);
    if (same !== undefined) return same;
    last += 1;
    return { number: last, fileId, filename: store.files.find(fileId)?.filename ?? '', text, context };
  });
}

/** What the model is told about the result of a search. */
export function searchOutput({ passages, problem }: SearchResult): string {
  if (problem !== undefined) return problem;
  if (passages.length === 0) return 'Nothing was found in the files.';
  const texts = passages.map((passage) => {
    const place = passage.context === '' ? passage.filename : `${passage.filename}, ${passage.context}`;
    return `${markerOf(passage)} from ${withoutMarkers(place)}:\n${withoutMarkers(passage.text)}`;
  });
  const rule =
    'After each statement that is based on a passage, copy the marker of the passage, such as 【1†source】.';
  return [rule, ...texts].join('\n\n');
}
