import { ResponseTooLargeError } from './errors.ts';

export interface ResponseLimits {
  readonly bytes: number;
  /** Values, of any type, in a body that is longer than {@link SHORT_BYTES}. */
  readonly values: number;
}

/**
 * For one object. Twice what a client can send, since upstreams may escape it. Parsing and checking so many values, or so
 * many bytes of text, takes the event loop some 30 ms.
 */
export const RESPONSE_LIMITS: ResponseLimits = { bytes: 8 * 1024 * 1024, values: 50_000 };
/** For a page: beyond this it is better read in parts. */
export const PAGE_LIMITS: ResponseLimits = { ...RESPONSE_LIMITS, bytes: RESPONSE_LIMITS.bytes / 2 };
/** For a response with a status of 400 or above, whose message is searched for secrets. Past it, only the status counts. */
export const ERROR_LIMITS: ResponseLimits = { ...RESPONSE_LIMITS, bytes: 64 * 1024 };

/** Bodies up to this length are decoded at once, and their values need not be counted: they take 10 ms at most. */
const SHORT_BYTES = 64 * 1024;

const BYTE_ORDER_MARK = '\ufeff';
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

/**
 * Checks a text that is not a body, such as an event, before it is parsed.
 *
 * @throws ResponseTooLargeError if it is long and has too many values
 */
export function requireFewValues(text: string): void {
  if (text.length <= SHORT_BYTES) return;
  new ResponseText({ ...RESPONSE_LIMITS, bytes: Number.POSITIVE_INFINITY }).add(Buffer.from(text));
}

/** Collects the text of a JSON body. Long bodies are decoded as they arrive, so that no step of it takes long. */
export class ResponseText {
  readonly #limits: ResponseLimits;
  #bytes = 0;
  #values = 0;
  /** Until the body is known to be long. */
  #chunks: Uint8Array[] = [];
  #decoder: TextDecoder | undefined;
  #text = '';
  #isInString = false;
  #isEscaped = false;

  constructor(limits: ResponseLimits) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @throws ResponseTooLargeError */
  add(chunk: Uint8Array): void {
    this.#bytes += chunk.byteLength;
    if (this.#bytes > this.#limits.bytes) throw new ResponseTooLargeError(this.#limits.bytes);
    this.#chunks.push(chunk);
    if (this.#bytes > SHORT_BYTES) this.#decodeChunks();
  }

  end(): string {
    if (this.#decoder !== undefined) return this.#text + this.#decoder.decode();
    const text = Buffer.concat(this.#chunks).toString();
    return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  }

  #decodeChunks(): void {
    this.#decoder ??= new TextDecoder();
    for (const chunk of this.#chunks) {
      this.#countValues(chunk);
      this.#text += this.#decoder.decode(chunk, { stream: true });
    }
    this.#chunks = [];
  }

  /**
   * Parsing and checking many small values takes far longer than their length tells. Strings are passed over by `indexOf`, since
   * most of a long body is in them and JavaScript takes milliseconds for each megabyte.
   */
  #countValues(chunk: Uint8Array): void {
    const { length } = chunk;
    if (length === 0) return;
    let values = this.#values;
    let index = this.#isEscaped ? 1 : 0;
    this.#isEscaped = false;
    while (index < length) {
      if (this.#isInString) {
        index = this.#passString(chunk, index);
        continue;
      }
      const byte = chunk[index++];
      if (byte === QUOTE) this.#isInString = true;
      else if (byte === COMMA || byte === OPEN_BRACE || byte === OPEN_BRACKET) values++;
    }
    this.#values = values;
    if (values > this.#limits.values) throw new ResponseTooLargeError(this.#limits.values, 'values');
  }

  /** @returns where to go on: after the next quote, which may be escaped, or at the end of the chunk */
  #passString(chunk: Uint8Array, start: number): number {
    const quote = chunk.indexOf(QUOTE, start);
    const end = quote === -1 ? chunk.length : quote;
    let backslashes = 0;
    while (end - backslashes > start && chunk[end - backslashes - 1] === BACKSLASH) backslashes++;
    const isEscaped = backslashes % 2 === 1;
    if (quote === -1) this.#isEscaped = isEscaped;
    else this.#isInString = isEscaped;
    return end + 1;
  }
}
