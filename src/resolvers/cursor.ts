/**
 * Cursors of connections: base64url of a JSON array, opaque to clients. The cursor of an item that can be deleted also names
 * items next to it, so that a client can continue from there afterwards. A REST ID is a cursor too.
 */
import { isId } from '../rest/path.ts';
import { MAX_ID_LENGTH } from './global-id.ts';

export type Order = 'asc' | 'desc';

/** A position in a list: that of an item. */
export interface Cursor {
  /** REST ID of the item. */
  readonly id: string;
  /** REST IDs of the items right before it in `order`, the nearest first. */
  readonly preceding: readonly string[];
  readonly order: Order;
}

const MAX_PRECEDING = 3;

/** The cursor of an item by itself. */
export function cursorOf(id: string): Cursor {
  return { id, preceding: [], order: 'asc' };
}

/**
 * The cursor of one of the items that follow each other in `order`. An item without a readable ID gets the cursor of the item
 * before it, so that continuing from there skips nothing; undefined if there is none.
 */
export function cursorAt(
  ids: readonly (string | undefined)[],
  index: number,
  order: Order,
): Cursor | undefined {
  for (let at = index; at >= 0; at--) {
    const id = ids[at];
    if (id !== undefined) return { id, ...neighborsOf(ids, at, order) };
  }
  return undefined;
}

/** The items before an item. For the first item, those after it: they come before it in the opposite order. */
function neighborsOf(ids: readonly (string | undefined)[], index: number, order: Order) {
  const isReadable = (id: string | undefined) => id !== undefined;
  const before = ids.slice(Math.max(0, index - MAX_PRECEDING), index).filter(isReadable);
  if (before.length > 0) return { preceding: before.reverse(), order };
  const after = ids.slice(index + 1, index + 1 + MAX_PRECEDING).filter(isReadable);
  return { preceding: after, order: opposite(order) };
}

export function opposite(order: Order): Order {
  return order === 'asc' ? 'desc' : 'asc';
}

/** Names as many of the preceding items as a cursor in an argument has room for. */
export function encodeCursor({ id, preceding, order }: Cursor): string {
  const known = preceding.filter(isId).slice(0, MAX_PRECEDING);
  for (; known.length > 0; known.pop()) {
    const text = encode([id, order, ...known]);
    if (text.length <= MAX_ID_LENGTH) return text;
  }
  const text = encode([id]);
  return text.length <= MAX_ID_LENGTH ? text : id;
}

/** Any text that is not an encoded cursor is the REST ID of an item. */
export function decodeCursor(text: string): Cursor {
  const [id, order = 'asc', ...preceding] = decode(text) ?? [];
  const isValid =
    id && (order === 'asc' || order === 'desc') && preceding.length <= MAX_PRECEDING && preceding.every(isId);
  return isValid ? { id, preceding, order } : cursorOf(text);
}

function encode(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Undefined unless the text is the encoding of an array of strings. */
function decode(text: string): string[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (!Array.isArray(parts)) return undefined;
    const texts = parts.map(String);
    return encode(texts) === text ? texts : undefined;
  } catch {
    return undefined;
  }
}
