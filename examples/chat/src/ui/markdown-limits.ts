/** Which texts are parsed as Markdown. Some take the square of their length, and the parser is recursive. */

/** A text of this length is parsed in about 70 ms on a busy machine. */
export const MAX_MARKDOWN = 20_000;
/** Underscores in one paragraph of this length take about as long. */
const MAX_PARAGRAPH = 4_000;
/** Of quotes in quotes, or lists in lists. */
const DEEP = /^(?:[ \t]*(?:>|[-*+][ \t]|\d+[.)][ \t])){12}|^[ \t]{60}/m;

export function isSimple(text: string): boolean {
  if (text.length > MAX_MARKDOWN || DEEP.test(text)) return false;
  return text
    .split(/\n[ \t]*\n/)
    .every((paragraph) => paragraph.length <= MAX_PARAGRAPH || isLines(paragraph));
}

/** Code and tables are long, but their lines are short. */
function isLines(paragraph: string): boolean {
  return paragraph.split('\n').every((line) => line.length <= MAX_PARAGRAPH / 10);
}
