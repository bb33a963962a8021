export interface TextGrowth {
  /** UTF-16 units. */
  readonly offset: number;
  readonly piece: string;
}

/**
 * The piece that turns `told` into `text`, by `told.slice(0, offset) + piece`. Undefined if they are equal. Where `text` does
 * not begin with `told`, the piece starts at the first difference. It never starts inside a surrogate pair of `text`.
 */
export function textGrowth(told: string, text: string): TextGrowth | undefined {
  if (told === text) return undefined;
  const same = text.startsWith(told) ? told.length : commonLength(told, text);
  const offset = isHighSurrogate(text, same - 1) && isLowSurrogate(text, same) ? same - 1 : same;
  return { offset, piece: text.slice(offset) };
}

function commonLength(a: string, b: string): number {
  const max = Math.min(a.length, b.length);
  let length = 0;
  while (length < max && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

function isHighSurrogate(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xd800;
}

function isLowSurrogate(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xdc00;
}
