/** Writes JSON within a limit, and without holding the event loop. */

/** How much is written at once, in characters. */
const PIECE_LENGTH = 64 * 1024;
/** How long is written in a turn of the event loop, in milliseconds. */
const TURN_MS = 5;

/** A JSON text in pieces. */
export interface JsonText {
  readonly pieces: readonly string[];
  /** Length of all pieces in UTF-8. */
  readonly bytes: number;
}

/** The JSON is longer than allowed. */
export class JsonTooLongError extends Error {
  override name = 'JsonTooLongError';
}

/**
 * Writes the text that JSON.stringify returns, in pieces. Stops at the limit: a text of control characters is six times as
 * long in JSON, and one long text under hundreds of aliases is a single string in memory.
 *
 * @param maxBytes maximum length in UTF-8
 * @returns the text, or a promise of it if it takes more than one turn of the event loop
 * @throws JsonTooLongError, or rejects with it
 */
export type WriteJson = (value: object, maxBytes: number) => JsonText | Promise<JsonText>;

/** Long values are written one after the other, so that neither their turns nor their pieces add up. */
export function createJsonWriter(): WriteJson {
  let last: Promise<unknown> = Promise.resolve();
  let unfinished = 0;
  const finish = async (writing: Writing) => {
    do await nextTurn();
    while (!writing.advance(TURN_MS));
    return writing;
  };
  return (value, maxBytes) => {
    const writing = new Writing(value, maxBytes);
    // Many can begin in one turn. If others are being written, it is only found out whether this one is long.
    if (writing.advance(unfinished === 0 ? TURN_MS : 0)) return writing;
    unfinished++;
    const finished = last.then(() => finish(writing)).finally(() => unfinished--);
    last = finished.catch(() => undefined);
    return finished;
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

class Writing implements JsonText {
  readonly pieces: string[] = [];
  bytes = 0;
  readonly #maxBytes: number;
  readonly #fragments: Iterator<string, void>;
  #piece = '';

  constructor(value: object, maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#fragments = fragmentsOf(value);
  }

  /** @returns whether everything has been written @throws JsonTooLongError */
  advance(forMs: number): boolean {
    const end = performance.now() + forMs;
    for (let next = this.#fragments.next(); next.done !== true; next = this.#fragments.next()) {
      this.#piece += next.value;
      if (this.#piece.length < PIECE_LENGTH) continue;
      this.#endPiece();
      if (performance.now() >= end) return false;
    }
    this.#endPiece();
    return true;
  }

  #endPiece(): void {
    this.bytes += Buffer.byteLength(this.#piece);
    if (this.bytes > this.#maxBytes) throw new JsonTooLongError();
    this.pieces.push(this.#piece);
    this.#piece = '';
  }
}

/** JSON.stringify writes what is short, and what is long is taken apart. */
function* fragmentsOf(value: unknown): Generator<string, void> {
  if (isShort(value)) yield JSON.stringify(value) ?? 'null';
  else if (typeof value === 'string') yield* fragmentsOfString(value);
  else if (Array.isArray(value)) {
    let separator = '[';
    for (const item of value) {
      yield separator;
      yield* fragmentsOf(item);
      separator = ',';
    }
    yield ']';
  } else {
    let separator = '{';
    for (const [key, member] of Object.entries(Object(value))) {
      if (member === undefined) continue;
      yield `${separator}${JSON.stringify(key)}:`;
      yield* fragmentsOf(member);
      separator = ',';
    }
    yield separator === '{' ? '{}' : '}';
  }
}

function* fragmentsOfString(text: string): Generator<string, void> {
  yield '"';
  for (let start = 0; start < text.length; ) {
    // A pair of surrogates stays together.
    const end = start + PIECE_LENGTH - (isHighSurrogate(text.charCodeAt(start + PIECE_LENGTH - 1)) ? 1 : 0);
    yield JSON.stringify(text.slice(start, end)).slice(1, -1);
    start = end;
  }
  yield '"';
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Whether a value has at most about as many characters as a piece, before they are escaped. */
function isShort(value: unknown): boolean {
  return roomAfter(value, PIECE_LENGTH) >= 0;
}

/** What a value leaves of `room`, in characters. Negative if it does not fit. */
function roomAfter(value: unknown, room: number): number {
  if (typeof value === 'string') return room - value.length;
  if (typeof value !== 'object' || value === null) return room - 1;
  let left = room - 1;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length && left >= 0; index++) left = roomAfter(value[index], left);
    return left;
  }
  for (const key in value) {
    if (left < 0) break;
    left = roomAfter(Reflect.get(value, key), left - key.length);
  }
  return left;
}
