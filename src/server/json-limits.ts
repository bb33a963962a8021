import { codedError } from '../errors.ts';

/**
 * Limits on JSON that a client sends. Its values are counted before it is parsed: 4 MB of `[],[],` take JSON.parse a second,
 * and variables take longer still to be coerced.
 */
export const JSON_LIMITS = {
  /** Values in all. An assistant with 128 functions of 150 values each is allowed. */
  values: 25_000,
  /** Items of one list, or members of one object. The longest list in the graph has 128 items; JSON Schemas list more. */
  items: 1_000,
  /** Levels of lists and objects. Arguments of type JSONObject may have 200. */
  depth: 256,
} as const;

const LONG = 100;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Counts the values of a JSON text that comes in pieces. Does not check its syntax. */
export class JsonCounter {
  readonly #subject: string;
  /** The items so far of each list or object around the present place. */
  readonly #items: number[] = [];
  #values = 1;
  #isInString = false;
  #isEscaped = false;

  /** @param subject what errors are about, such as `The request body` */
  constructor(subject: string) {
    this.#subject = subject;
  }

  /** @throws GraphQLError BAD_USER_INPUT beyond {@link JSON_LIMITS} */
  add(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length; index++) {
      if (this.#isInString) index = this.#skipString(bytes, index);
      const byte = bytes[index];
      if (byte === QUOTE) this.#isInString = !this.#isInString;
      else if (byte === COMMA) this.#countItem();
      else if (byte === OPENING_BRACKET || byte === OPENING_BRACE) this.#open();
      else if (byte === CLOSING_BRACKET || byte === CLOSING_BRACE) this.#items.pop();
    }
  }

  /** @returns the index of the quote that ends the string, or the length of `bytes` */
  #skipString(bytes: Uint8Array, start: number): number {
    let index = start;
    if (this.#isEscaped) index++;
    this.#isEscaped = false;
    const quote = bytes.indexOf(QUOTE, index);
    const end = quote < 0 ? bytes.length : quote;
    // Most long strings are found this way ten times as fast.
    if (end - index > LONG && !bytes.subarray(index, end).includes(BACKSLASH)) return end;
    while (index < bytes.length && bytes[index] !== QUOTE) index += bytes[index] === BACKSLASH ? 2 : 1;
    this.#isEscaped = index > bytes.length;
    return index;
  }

  #open(): void {
    this.#items.push(0);
    if (this.#items.length > JSON_LIMITS.depth) throw this.#error('levels of nesting', 'depth');
    this.#countItem();
  }

  #countItem(): void {
    const items = (this.#items.pop() ?? 0) + 1;
    this.#items.push(items);
    if (items > JSON_LIMITS.items) throw this.#error('items in one list or object', 'items');
    if (++this.#values > JSON_LIMITS.values) throw this.#error('values', 'values');
  }

  #error(what: string, limit: keyof typeof JSON_LIMITS) {
    const max = JSON_LIMITS[limit];
    const message = `${this.#subject} must have at most ${max} ${what}`;
    const http = { status: 400, spec: false };
    return codedError('BAD_USER_INPUT', message, { limits: { [limit]: max }, http });
  }
}
