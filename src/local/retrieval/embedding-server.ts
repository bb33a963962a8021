import { z } from 'zod';
import { createConnection } from '../model-server/connection.ts';
import { readText, toJson } from '../model-server/response-body.ts';

export interface EmbeddingServerOptions {
  /** Base URL, such as `http://127.0.0.1:11434/v1`. */
  readonly url: string;
  readonly apiKey?: string | undefined;
  readonly model: string;
  /** How long a request may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** A server with an OpenAI-compatible `/embeddings`. */
export interface EmbeddingServer {
  readonly model: string;
  /** The vector of each text, all with the same number of dimensions. Throws an {@link EmbeddingError}. */
  embed(texts: readonly string[], signal: AbortSignal, maxMs?: number): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/** There are no embeddings. */
export class EmbeddingError extends Error {
  override name = 'EmbeddingError';
  /** Whether the server refuses these texts, so that trying again is no use. */
  readonly isRefusal: boolean;

  constructor(message: string, isRefusal = false) {
    super(message);
    this.isRefusal = isRefusal;
  }
}

const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;
const MAX_DIMENSIONS = 8_192;
/** These are about the texts. All others are about the server, its key or its model. */
const REFUSALS = [400, 413, 422];

const response = z.object({
  data: z.array(
    z.object({
      index: z.number().int().optional(),
      embedding: z.array(z.number()).min(1).max(MAX_DIMENSIONS),
    }),
  ),
});

/** Connects when there is something to embed. */
export function createEmbeddingServer(options: EmbeddingServerOptions): EmbeddingServer {
  const { url, apiKey, model } = options;
  const connection = createConnection({ url, path: '/embeddings', apiKey, accept: 'application/json' });
  return {
    model,
    async embed(texts, signal, maxMs = options.timeoutMs) {
      const timeoutMs = Math.min(maxMs, options.timeoutMs);
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        const request = { model, input: texts, encoding_format: 'float' };
        const sent = await connection.post(request, AbortSignal.any([signal, deadline]));
        const text = await readText(sent.body, MAX_RESPONSE_BYTES);
        if (text === undefined) {
          throw new EmbeddingError(`The embedding server sends more than ${MAX_RESPONSE_BYTES} bytes.`);
        }
        if (sent.statusCode !== 200) {
          const isRefusal = REFUSALS.includes(sent.statusCode);
          throw new EmbeddingError(
            `The embedding server responds with status ${sent.statusCode}.`,
            isRefusal,
          );
        }
        return vectorsOf(text, texts.length);
      } catch (error) {
        if (error instanceof EmbeddingError) throw error;
        if (deadline.aborted) {
          throw new EmbeddingError(`The embedding server takes more than ${timeoutMs} ms.`);
        }
        throw new EmbeddingError('The connection to the embedding server failed.');
      }
    },
    close: connection.close,
  };
}

/** Some servers leave out the index; then they keep the order. */
function vectorsOf(text: string, count: number): Float32Array[] {
  const parsed = response.safeParse(toJson(text));
  if (!parsed.success)
    throw new EmbeddingError('The embedding server responds with something else than embeddings.');
  const { data } = parsed.data;
  const vectors: Float32Array[] = [];
  for (const [place, { index = place, embedding }] of data.entries())
    vectors[index] = Float32Array.from(embedding);
  const [first] = vectors;
  const isComplete =
    data.length === count && vectors.length === count && !vectors.includes(undefined as never);
  if (!isComplete || vectors.some((vector) => vector.length !== first?.length)) {
    throw new EmbeddingError(
      'The embedding server responds with vectors that are missing or differ in length.',
    );
  }
  return vectors;
}
