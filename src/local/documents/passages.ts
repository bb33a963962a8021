import type { Block, Document } from './document.ts';

/** A part of a document that is found and cited as a whole. */
export interface Passage {
  /** Exactly as it is in the text of the document. */
  readonly text: string;
  /** Where it is: the title, the headings above it, the page. Empty if there are none. */
  readonly context: string;
}

/** Of one document. There are more numbers for them. */
export const MAX_PASSAGES = 100_000;
/** A passage is complete at the end of a block from this length on. */
const GOOD_LENGTH = 800;
/** Longer blocks are cut. */
const MAX_LENGTH = 1_200;
const MAX_CONTEXT_LENGTH = 400;

/**
 * Cuts a document into passages: several short blocks, or a part of a long one. A passage ends before each heading, and begins
 * with the headings that belong to it alone.
 */
export function* passagesOf({ text, blocks, title }: Document): Generator<Passage> {
  const headings: string[] = [];
  let section: string | undefined;
  let open: Open | undefined;
  const contextOf = () =>
    [title, section, ...headings]
      .filter((part) => part !== undefined && part !== '')
      .join(' > ')
      .slice(0, MAX_CONTEXT_LENGTH);
  const finish = function* (): Generator<Passage> {
    if (open !== undefined) yield { text: text.slice(open.start, open.end), context: open.context };
    open = undefined;
  };
  for (const block of blocks) {
    if (block.section !== section) yield* finish();
    section = block.section;
    if (block.level !== undefined) {
      if (open?.hasBody) yield* finish();
      headings.splice(block.level - 1);
      headings[block.level - 1] = headingOf(text.slice(block.start, block.end));
    }
    for (const part of cut(text, block)) {
      if (open !== undefined && part.end - open.start > MAX_LENGTH) yield* finish();
      open ??= { ...part, context: '', hasBody: false };
      open.end = part.end;
      open.hasBody ||= block.level === undefined;
      open.context = contextOf();
      if (open.end - open.start >= GOOD_LENGTH) yield* finish();
    }
  }
  yield* finish();
}

/** Without the marks of Markdown. */
function headingOf(text: string): string {
  return text
    .slice(0, MAX_CONTEXT_LENGTH)
    .replace(/^[#\s]+/, '')
    .trimEnd();
}

interface Open {
  readonly start: number;
  end: number;
  context: string;
  hasBody: boolean;
}

/** Where a long block is best cut, best first: after a line, a sentence, a part of one or of JSON, a word. */
const BOUNDARIES = [/\n/g, /[.!?。！？]["')\]]*\s/g, /[;:,}\]]\s|[}\]],/g, /\s/g];

/** The parts of a block that are short enough, without the white space around them. */
function* cut(text: string, { start, end }: Block): Generator<{ start: number; end: number }> {
  let from = start;
  while (end - from > MAX_LENGTH) {
    const at = from + lengthOfFirst(text.slice(from, from + MAX_LENGTH));
    yield* trim(text, from, at);
    from = at;
  }
  yield* trim(text, from, end);
}

function* trim(text: string, start: number, end: number): Generator<{ start: number; end: number }> {
  const part = text.slice(start, end);
  const before = part.length - part.trimStart().length;
  if (before < part.length) yield { start: start + before, end: start + part.trimEnd().length };
}

/** How much of this text is the first part. The rest is needed to find out where it may end. */
function lengthOfFirst(text: string): number {
  for (const boundary of BOUNDARIES) {
    const last = [...text.matchAll(boundary)].at(-1);
    if (last !== undefined && last.index >= MAX_LENGTH / 2) return last.index + last[0].length;
  }
  // Never between the two halves of a character.
  return /[\ud800-\udbff]$/.test(text) ? text.length - 1 : text.length;
}
