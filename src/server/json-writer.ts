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

interface Job {
  readonly writing: Writing;
  readonly resolve: (text: JsonText) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes for a few milliseconds of each turn: thousands of values can be ready at the same moment. Long ones are written one
 * after the other, so that their pieces do not add up either, and let short ones pass.
 */
export function createJsonWriter(): WriteJson {
  /** Not begun. Most have one piece. */
  const unread: Job[] = [];
  /** Longer than a piece. */
  const long: Job[] = [];
  let turnEnd: number | undefined;

  const startTurn = () => {
    setImmediate(() => {
      turnEnd = undefined;
      proceed();
    });
    return performance.now() + TURN_MS;
  };
  const timeLeft = () => {
    turnEnd ??= startTurn();
    return turnEnd - performance.now();
  };
  /** @returns whether the job is done */
  const advance = ({ writing, resolve, reject }: Job, forMs: number): boolean => {
    try {
      const isDone = writing.advance(forMs);
      if (isDone) resolve(writing);
      return isDone;
    } catch (error) {
      reject(error);
      return true;
    }
  };
  const proceed = () => {
    while (unread.length + long.length > 0) {
      const left = timeLeft();
      if (left <= 0) return;
      const next = unread.shift();
      if (next === undefined) {
        if (long[0] === undefined || advance(long[0], left)) long.shift();
      } else if (!advance(next, 0)) long.push(next);
    }
  };
  return (value, maxBytes) => {
    const writing = new Writing(value, maxBytes);
    const left = timeLeft();
    if (left > 0 && writing.advance(long.length === 0 ? left : 0)) return writing;
    const jobs = left > 0 ? long : unread;
    return new Promise((resolve, reject) => jobs.push({ writing, resolve, reject }));
  };
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
  const members: Record<string, unknown> = Object(value);
  for (const key in members) {
    if (left < 0) break;
    left = roomAfter(members[key], left - key.length);
  }
  return left;
}
