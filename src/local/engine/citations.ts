import type { FileCitation, MessageObject } from '../objects.ts';
import type { CitablePassage } from '../store/searches.ts';
import type { Store } from '../store/store.ts';

/** What a model writes to cite a passage, by its number. */
const MARKER = /【(\d{1,6})(?:†[^【】\n]{0,100})?】/g;
/** No marker is longer. */
const MAX_MARKER_LENGTH = 110;
/** Of one message. A citation has the text of its passage. */
const MAX_CITATIONS = 100;

export function markerOf({ number }: CitablePassage): string {
  return `【${number}†source】`;
}

/** The text with markers that cite nothing: what others wrote must not become a citation when the model repeats it. */
export function withoutMarkers(text: string): string {
  return text.replace(MARKER, (marker) => `[${marker.slice(1, -1)}]`);
}

/** The passages that a run has got so far, by their numbers. */
export function citablePassages(store: Store, runId: string): ReadonlyMap<number, CitablePassage> {
  const passages = new Map<number, CitablePassage>();
  for (const id of searchIds(store, runId)) {
    for (const passage of store.searches.get(id)?.result?.passages ?? [])
      passages.set(passage.number, passage);
  }
  return passages;
}

/** The ids of the retrieval calls of a run, oldest first. */
export function* searchIds(store: Store, runId: string): Generator<string> {
  for (const { step_details: details } of store.steps.each(runId, 'asc')) {
    if (details.type !== 'tool_calls') continue;
    for (const { id, type } of details.tool_calls) if (type === 'retrieval') yield id;
  }
}

/** As in the events of a stream: `index` is the place among the citations of the message. */
export type DeltaCitation = FileCitation & { readonly index: number };

/**
 * Finds the citations in a text that is written piece by piece. A marker must not be spread over two pieces, and one with the
 * number of no passage is only text.
 */
function createCitationFinder(passages: ReadonlyMap<number, CitablePassage>) {
  let length = 0;
  let count = 0;
  return (piece: string): DeltaCitation[] => {
    const citations: DeltaCitation[] = [];
    for (const { 0: text, 1: number, index: at } of passages.size === 0 ? [] : piece.matchAll(MARKER)) {
      const passage = passages.get(Number(number));
      if (passage === undefined || count === MAX_CITATIONS) continue;
      citations.push({
        index: count,
        type: 'file_citation',
        text,
        start_index: length + at,
        end_index: length + at + text.length,
        file_citation: { file_id: passage.fileId, quote: passage.text },
      });
      count += 1;
    }
    length += piece.length;
    return citations;
  };
}

/** All citations in the text of a message that a run wrote. */
export function citationsIn(store: Store, { run_id: runId }: MessageObject, text: string): FileCitation[] {
  if (runId === null || !text.includes('【')) return [];
  const citations = createCitationFinder(citablePassages(store, runId))(text);
  return citations.map(({ index: _, ...citation }) => citation);
}

/** Finds the citations in the further pieces of a message. */
export function citationsOfPieces(
  passages: ReadonlyMap<number, CitablePassage>,
  written: string,
): (piece: string) => DeltaCitation[] {
  const find = createCitationFinder(passages);
  find(written);
  return find;
}

/** The pieces of a message, cut so that no marker is spread over two of them. */
export async function* wholeMarkers(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let held = '';
  for await (const piece of pieces) {
    held += piece;
    const ready = readyLength(held);
    if (ready > 0) yield held.slice(0, ready);
    held = held.slice(ready);
  }
  if (held !== '') yield held;
}

/** How much of a text does not belong to a marker that may follow. */
function readyLength(text: string): number {
  const start = text.lastIndexOf('【');
  const isOpen = start >= 0 && text.length - start < MAX_MARKER_LENGTH && !/[】\n]/.test(text.slice(start));
  return isOpen ? start : text.length;
}
