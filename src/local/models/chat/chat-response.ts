import type { Usage } from '../../objects.ts';
import {
  type MessageEnding,
  ModelError,
  type ModelResponse,
  type Prompt,
  type TokenCounter,
} from '../model.ts';
import { CallAssembly } from './call-assembly.ts';
import type { Addition } from './chunk.ts';

/** Characters of a message, as in the REST API. A longer one is cut. */
const MAX_MESSAGE_LENGTH = 256_000;
/**
 * How far the estimate of a message may exceed the run's limit before it is cut, for servers that ignore the limit. Of a text in many
 * scripts, the estimate is twice what the server counts.
 */
const TOLERANCE = 3;

/** Turns what a server streams into a response. Resolves as soon as it is known of which kind that is. */
export async function readResponse(
  additions: AsyncGenerator<readonly Addition[]>,
  prompt: Prompt,
  tokens: TokenCounter,
): Promise<ModelResponse> {
  const reader = new ResponseReader(additions, prompt, tokens);
  const first = await reader.nextPiece();
  if (first !== undefined) {
    return { kind: 'message', pieces: reader.pieces(first), ending: () => reader.ending() };
  }
  const { isCut, calls, usage } = reader.ending();
  if (isCut) return { kind: 'nothing', usage };
  if (calls.length > 0) return { kind: 'calls', calls, usage };
  return { kind: 'message', pieces: nothing(), ending: () => ({ isCut, calls, usage }) };
}

async function* nothing(): AsyncGenerator<string> {}

class ResponseReader {
  readonly #additions: AsyncGenerator<readonly Addition[]>;
  readonly #functions: ReadonlySet<string>;
  readonly #tokens: TokenCounter;
  readonly #maxTokens: number;
  readonly #calls = new CallAssembly();
  #length = 0;
  #written = 0;
  #isCut = false;
  #isOverLimit = false;
  #usage: Usage | undefined;

  constructor(
    additions: AsyncGenerator<readonly Addition[]>,
    { functions, maxTokens = Number.POSITIVE_INFINITY }: Prompt,
    tokens: TokenCounter,
  ) {
    this.#additions = additions;
    this.#functions = new Set(functions.map(({ name }) => name));
    this.#tokens = tokens;
    this.#maxTokens = maxTokens * TOLERANCE;
  }

  /** The next piece of the message, or undefined at its end. */
  async nextPiece(): Promise<string | undefined> {
    for (;;) {
      const next = await this.#additions.next();
      if (next.done) return undefined;
      const piece = next.value.map((addition) => this.#add(addition)).join('');
      // Models write white space before calls too.
      const visible = this.#length > 0 ? piece : piece.trimStart();
      if (visible !== '') return this.#limit(visible);
    }
  }

  async *pieces(first: string): AsyncGenerator<string> {
    try {
      let piece: string | undefined = first;
      while (piece !== undefined) {
        yield piece;
        piece = this.#isOverLimit ? undefined : await this.nextPiece();
      }
    } finally {
      await this.#additions.return(undefined);
    }
  }

  /** Throws a ModelError if the calls are no calls of the run's functions. */
  ending(): MessageEnding {
    // The arguments of a call that was cut are no use to anybody.
    const isCut = this.#isCut || this.#isOverLimit;
    const calls = isCut ? [] : this.#calls.finish(this.#functions);
    return { isCut, calls, usage: this.#usage };
  }

  /** Returns the text that it adds. */
  #add({ text, callParts, finishReason, usage }: Addition): string {
    for (const part of callParts) this.#calls.add(part);
    if (usage !== undefined) {
      const { prompt_tokens, completion_tokens } = usage;
      this.#usage = { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
    }
    if (finishReason === 'content_filter') {
      throw new ModelError('server_error', 'The model server stopped the response (content_filter).');
    }
    this.#isCut ||= finishReason === 'length';
    return text;
  }

  /** A server that ignores the limits is stopped. */
  #limit(piece: string): string {
    const room = MAX_MESSAGE_LENGTH - this.#length;
    this.#length += piece.length;
    this.#written += this.#tokens.count(piece);
    this.#isOverLimit = piece.length > room || this.#written > this.#maxTokens;
    return piece.slice(0, room);
  }
}
