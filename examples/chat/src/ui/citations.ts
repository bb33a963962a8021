import type { Annotation } from '../data/run-state.ts';

export interface NotedText {
  /** Markdown with a link to `#note-1`, `#note-2`, … in place of each annotated text. */
  readonly text: string;
  /** The annotation of each note, in order. */
  readonly notes: readonly Annotation[];
}

/**
 * Placeholders of annotations, such as `【4†source】`, are found by their text: REST APIs count positions in different units. One
 * that is not in the text, or has no text, is noted at the end.
 */
export function withNotes(value: string, annotations: readonly Annotation[]): NotedText {
  const notes = annotations.filter(({ __typename }) => __typename !== 'UnknownAnnotation');
  let text = '';
  let from = 0;
  const unplaced: number[] = [];
  for (const [index, { text: placeholder }] of notes.entries()) {
    const at = placeholder === '' ? -1 : value.indexOf(placeholder, from);
    if (at === -1) {
      unplaced.push(index + 1);
      continue;
    }
    text += value.slice(from, at) + link(index + 1);
    from = at + placeholder.length;
  }
  return { text: text + value.slice(from) + unplaced.map(link).join(''), notes };
}

function link(number: number): string {
  return ` [${number}](#note-${number})`;
}
