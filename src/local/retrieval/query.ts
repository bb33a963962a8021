import { toWords } from '../store/texts.ts';

/** Words that are in most English texts. Finding them takes time and says little. */
const COMMON = new Set(
  `a about an and are as at be been but by can could did do does for from had has have how i if in into is it its me my no not
   of on or our s should so t than that the their them then there these they this to was we were what when where which who
   whom whose why will with would you your`.split(/\s+/),
);

const MAX_QUERY_LENGTH = 2_000;
const MAX_WORDS = 32;
const MAX_WORD_LENGTH = 64;

/**
 * An expression of FTS5 that finds passages with any of the words of a text. Undefined if the text has no words. Only letters
 * and digits of the text are in it, within quotes, so that no text becomes an operator.
 */
export function queryOf(text: string): string | undefined {
  const words = toWords(text.slice(0, MAX_QUERY_LENGTH).toLowerCase()).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const unique = [...new Set(words.map((word) => word.slice(0, MAX_WORD_LENGTH)))];
  const rare = unique.filter((word) => !COMMON.has(word));
  const used = (rare.length > 0 ? rare : unique).slice(0, MAX_WORDS);
  return used.length === 0 ? undefined : used.map((word) => `"${word}"`).join(' OR ');
}
