/** The number of words in a text. The local API counts words as tokens. */
export function countWords(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(/\S+/g)) count += 1;
  return count;
}

/** Splits a text into pieces of one word each, with the white space around it. Joined, they are the text again. */
export function splitWords(text: string): string[] {
  return text.match(/\s*\S+(?:\s+$)?|\s+$/g) ?? [];
}

/** The first `max` words of a text, followed by an ellipsis if there are more. */
export function firstWords(text: string, max: number): string {
  const words = splitWords(text);
  return words.length <= max ? text : `${words.slice(0, max).join('')} …`;
}
