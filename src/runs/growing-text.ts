import { type TextGrowth, textGrowth } from './text-growth.ts';

/**
 * A text that streams bring in pieces and polls show whole. Both may be behind the other: what a stream repeats because a poll
 * was faster is not told again.
 */
export class GrowingText {
  #value = '';
  /** The stream that brought the last piece, and how much of the text it has brought. */
  #stream = 0;
  #streamed = 0;

  /** All that has been told. */
  get value(): string {
    return this.#value;
  }

  /** Upstream shows the text like this. @returns what is new, or undefined */
  replace(text: string): TextGrowth | undefined {
    const growth = textGrowth(this.#value, text);
    this.#value = text;
    return growth;
  }

  /** The next piece of a stream. @param stream numbers the streams of a run @returns what is new, or undefined */
  append(piece: string, stream: number): TextGrowth | undefined {
    const offset = Math.min(this.#position(stream), this.#value.length);
    this.#streamed = offset + piece.length;
    // Mostly there is nothing behind the position. Looking there anyway would copy all of the text for each piece.
    const isTold = offset < this.#value.length && this.#value.startsWith(piece, offset);
    if (piece === '' || isTold) return undefined;
    this.#value = offset < this.#value.length ? this.#value.slice(0, offset) + piece : this.#value + piece;
    return { offset, piece };
  }

  /** A stream has shown so much of the text at once; its next piece comes after that. */
  skipTo(position: number, stream: number): void {
    this.#streamed = Math.max(this.#position(stream), position);
  }

  #position(stream: number): number {
    if (stream !== this.#stream) this.#streamed = 0;
    this.#stream = stream;
    return this.#streamed;
  }
}
