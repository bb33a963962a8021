import type { Prompt } from '../model.ts';
import { firstWords } from '../words.ts';

/** How many passages the response quotes, and how much of each. */
const MAX_QUOTES = 3;
const MAX_WORDS = 60;

/** What the searches of the files have found, for a response. Empty if there were none. */
export function findingsOf({ rounds }: Prompt, question: string): string[] {
  const searches = rounds
    .flatMap(({ calls }) => calls)
    .flatMap(({ passages }) => (passages ? [passages] : []));
  if (searches.length === 0) return [];
  const passages = searches.flat();
  if (passages.length === 0) return ['The files say nothing about it.'];
  const words = wordsOf(question);
  return passages
    .slice(0, MAX_QUOTES)
    .map(({ marker, text }) => `The files say: ${bestSentence(text, words)} ${marker}`);
}

/** The sentence that has the most words of the question. */
function bestSentence(text: string, words: ReadonlySet<string>): string {
  const sentences = text.split(/(?<=[.!?。！？])\s+|\n+/).filter((sentence) => sentence.trim() !== '');
  const scores = sentences.map((sentence) => [...wordsOf(sentence)].filter((word) => words.has(word)).length);
  return firstWords(sentences[scores.indexOf(Math.max(...scores))] ?? '', MAX_WORDS).trim();
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []);
}
