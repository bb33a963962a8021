import type { TokenCounter } from './model.ts';

const OTHER_SPACES = [0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff];

/** White space, as in patterns. Texts can have megabytes, for which a pattern takes too long. */
function isSpace(code: number): boolean {
  if (code < 0xa0) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return (code >= 0x2000 && code <= 0x200a) || OTHER_SPACES.includes(code);
}

/** The number of words in a text, or `max + 1` if there are more, and where the last of them starts. */
function scanWords(text: string, max: number): { readonly count: number; readonly start: number } {
  let count = 0;
  let start = 0;
  let isInWord = false;
  for (let index = 0; index < text.length && count <= max; index += 1) {
    const isWord = !isSpace(text.charCodeAt(index));
    if (isWord && !isInWord) {
      count += 1;
      start = index;
    }
    isInWord = isWord;
  }
  return { count, start };
}

/** The number of words in a text. */
export function countWords(text: string): number {
  return scanWords(text, Number.POSITIVE_INFINITY).count;
}

/** How much of a thread the offline model gets, so that the cost of a long thread is bounded. */
const MAX_CONTEXT_WORDS = 8_000;

/** Counts words as tokens. */
export const WORD_COUNTER: TokenCounter = {
  count: countWords,
  perMessage: 0,
  countFunctions: () => 0,
  maxPrompt: () => MAX_CONTEXT_WORDS,
};

/** Splits a text into pieces of one word each, with the white space around it. Joined, they are the text again. */
export function splitWords(text: string): string[] {
  return text.match(/\s*\S+(?:\s+$)?|\s+$/g) ?? [];
}

/** The first `max` words of a text, followed by an ellipsis if there are more. */
export function firstWords(text: string, max: number): string {
  const { count, start } = scanWords(text, max);
  return count <= max ? text : `${text.slice(0, start).trimEnd()} …`;
}
