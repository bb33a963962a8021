import type { Block, Document } from './document.ts';

interface Line {
  readonly start: number;
  /** Without the line break. */
  readonly end: number;
}

function* linesOf(text: string): Generator<Line> {
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    yield { start, end };
    start = end + 1;
  }
}

/** Text in paragraphs that are separated by blank lines. */
export function readPlainText(text: string): Document {
  return { text, blocks: paragraphs(text, () => undefined) };
}

/** Markdown. Headings within code are no headings. */
export function readMarkdown(text: string): Document {
  let fence: string | undefined;
  const levelOf = (line: string) => {
    const [, mark] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
    if (mark !== undefined && (fence === undefined || mark.startsWith(fence))) {
      fence = fence === undefined ? mark : undefined;
    }
    return fence === undefined ? /^ {0,3}(#{1,6})[ \t]+\S/.exec(line)?.[1]?.length : undefined;
  };
  return { text, blocks: paragraphs(text, levelOf) };
}

/** How much of a line shows what it is. */
const BEGINNING = 200;

/** @param levelOf the level of a line that is a heading */
function* paragraphs(text: string, levelOf: (line: string) => number | undefined): Generator<Block> {
  let open: Line | undefined;
  for (const { start, end } of linesOf(text)) {
    const beginning = text.slice(start, Math.min(end, start + BEGINNING));
    const level = levelOf(beginning);
    const isBlank = beginning.trim() === '' && text.slice(start, end).trim() === '';
    if (open !== undefined && (isBlank || level !== undefined)) {
      yield open;
      open = undefined;
    }
    if (level !== undefined) yield { start, end, level };
    else if (!isBlank) open = { start: open?.start ?? start, end };
  }
  if (open !== undefined) yield open;
}

/** How much of a table's header goes with each of its passages. */
const MAX_HEADER_LENGTH = 300;

/** CSV. Its first record is the header. A record can have line breaks within quotes. */
export function readCsv(text: string): Document {
  const [header] = records(text);
  const title = header && text.slice(header.start, Math.min(header.end, header.start + MAX_HEADER_LENGTH));
  return { text, blocks: records(text), title: title?.trim() };
}

function* records(text: string): Generator<Block> {
  let open: number | undefined;
  let isQuoted = false;
  for (const { start, end } of linesOf(text)) {
    for (let at = text.indexOf('"', start); at >= 0 && at < end; at = text.indexOf('"', at + 1)) {
      isQuoted = !isQuoted;
    }
    open ??= start;
    // A quote that is never closed would make one record of the rest of the file.
    if (isQuoted && end - open < MAX_RECORD_LENGTH) continue;
    isQuoted = false;
    if (end > open) yield { start: open, end };
    open = undefined;
  }
  if (open !== undefined) yield { start: open, end: text.length };
}

const MAX_RECORD_LENGTH = 10_000;
