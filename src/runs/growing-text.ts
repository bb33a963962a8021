import { type TextGrowth, textGrowth } from './text-growth.ts';

/**
 * A text that streams deliver in pieces and polls deliver as a whole. Either may be ahead of the other: pieces of a stream that a
 * poll has already delivered are no change.
 */
export class GrowingText {
  #value = '';
  /** The stream of the last piece, and how much of the text it has delivered. */
  #stream = 0;
  #streamed = 0;

  /** The text so far. */
  get value(): string {
    return this.#value;
  }

  /** Replaces the text by a newer version. @returns the change, or undefined */
  replace(text: string): TextGrowth | undefined {
    const growth = textGrowth(this.#value, text);
    this.#value = text;
    return growth;
  }

  /** Adds the next piece of a stream. @param stream the number of the stream @returns the change, or undefined */
  append(piece: string, stream: number): TextGrowth | undefined {
    const offset = Math.min(this.#position(stream), this.#value.length);
    this.#streamed = offset + piece.length;
    // The position is mostly at the end. Comparing there anyway would flatten the whole string for each piece.
    const isKnown = offset < this.#value.length && this.#value.startsWith(piece, offset);
    if (piece === '' || isKnown) return undefined;
    this.#value = offset < this.#value.length ? this.#value.slice(0, offset) + piece : this.#value + piece;
    return { offset, piece };
  }

  /** A stream has delivered this much of the text at once. Its next piece comes after that. */
  skipTo(position: number, stream: number): void {
    this.#streamed = Math.max(this.#position(stream), position);
  }

  #position(stream: number): number {
    if (stream !== this.#stream) this.#streamed = 0;
    this.#stream = stream;
    return this.#streamed;
  }
}
