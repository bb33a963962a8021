/** A part of a text that belongs together, such as a paragraph. `start` and `end` are its place in the text. */
export interface Block {
  readonly start: number;
  readonly end: number;
  /** Of a heading: 1 is the highest. */
  readonly level?: number | undefined;
  /** Where the block is in a file without headings, such as "page 3". */
  readonly section?: string | undefined;
}

/** What was read from a file. */
export interface Document {
  readonly text: string;
  /** In their order. */
  readonly blocks: Iterable<Block>;
  /** What helps to understand each part of the text, such as the header of a table. */
  readonly title?: string | undefined;
  /** Tells the client which parts of the file could not be read, if any. */
  readonly unread?: string | undefined;
}

/** What reading a file says about the parts that could not be read. */
export interface Unread {
  readonly unread: string;
}

/** A file cannot be read. The message tells the client why. */
export class DocumentError extends Error {
  override name = 'DocumentError';
}

/** What is longer is no document that people search, or an attack. */
const MAX_TEXT_LENGTH = 64 * 1024 * 1024;

/** Throws a {@link DocumentError} if a text is too long to be stored. */
export function checkLength(characters: number): void {
  if (characters > MAX_TEXT_LENGTH)
    throw new DocumentError(`The file has more than ${MAX_TEXT_LENGTH} characters of text.`);
}

/** The parser of HTML and XML takes longer for each element, the more are around it. */
const MAX_DEPTH = 5_000;

/** Throws a {@link DocumentError} if elements are nested too deeply. */
export function checkDepth(depth: number): void {
  if (depth > MAX_DEPTH) throw new DocumentError(`The file has more than ${MAX_DEPTH} nested elements.`);
}

/** Builds the text of a document from the parts that a parser finds. */
export class DocumentBuilder {
  readonly #parts: string[] = [];
  readonly #blocks: Block[] = [];
  #length = 0;

  /** Adds a block. One without any text is left out. */
  add(text: string, place: Pick<Block, 'level' | 'section'> = {}): void {
    const trimmed = text.trim();
    if (trimmed === '') return;
    const start = this.#length;
    const end = start + trimmed.length;
    checkLength(end);
    this.#parts.push(trimmed);
    this.#blocks.push({ start, end, ...place });
    this.#length = end + SEPARATOR.length;
  }

  finish(title?: string): Document {
    return { text: this.#parts.join(SEPARATOR), blocks: this.#blocks, title };
  }
}

const SEPARATOR = '\n\n';
