/** The local API counts words where a real model counts tokens. */
export function countWords(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(/\S+/g)) count += 1;
  return count;
}

/** A text in pieces of one word each, with the white space around it; joined they are the text again. */
export function splitWords(text: string): string[] {
  return text.match(/\s*\S+(?:\s+$)?|\s+$/g) ?? [];
}

/** The first words of a text, with a mark of omission where there are more. */
export function firstWords(text: string, most: number): string {
  const words = splitWords(text);
  return words.length <= most ? text : `${words.slice(0, most).join('')} …`;
}
