export interface TextGrowth {
  /** UTF-16 units. */
  readonly offset: number;
  readonly piece: string;
}

/**
 * The piece that turns `before` into `after`, by `before.slice(0, offset) + piece`. Undefined if they are equal. If `after` does not
 * start with `before`, the piece starts at the first difference. It never starts inside a surrogate pair of `after`.
 */
export function textGrowth(before: string, after: string): TextGrowth | undefined {
  if (before === after) return undefined;
  const same = after.startsWith(before) ? before.length : commonLength(before, after);
  const offset = isHighSurrogate(after, same - 1) && isLowSurrogate(after, same) ? same - 1 : same;
  return { offset, piece: after.slice(offset) };
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
