import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Pace } from '../pace.ts';
import type { PassageToEmbed } from '../store/embeddings.ts';
import type { Store } from '../store/store.ts';
import { createBackgroundWork } from './background-work.ts';
import { EmbeddingError, type EmbeddingServer } from './embedding-server.ts';

/** The vector of a question, and the kind of the vectors that it can be compared with. */
export interface QuestionVector {
  readonly kind: string;
  readonly vector: Float32Array;
}

/** Gives the passages of all texts a vector, in the background. */
export interface Embedding {
  /** To be called when a text has been read. */
  wake(): void;
  /** Undefined if the server cannot be used: then words alone must do. */
  embedQuestion(question: string, signal: AbortSignal): Promise<QuestionVector | undefined>;
  close(): Promise<void>;
}

export interface EmbeddingDeps {
  readonly store: Store;
  readonly server: EmbeddingServer;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly log: Log;
  readonly onError: (error: unknown) => void;
}

/** How many texts are sent at once. The response can have a quarter of a megabyte for each. */
const BATCH = 16;
const MAX_QUESTION_LENGTH = 2_000;
/** A run waits for the vector of its question. */
const QUESTION_MS = 10_000;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;

/** Embeds nothing before `wake` is called. */
export function createEmbedding({ store, server, clock, pace, log, onError }: EmbeddingDeps): Embedding {
  let isFailing = false;
  /** Without the number of dimensions until the server has told it. It begins all kinds of this model. */
  let kind = `${server.model}\n`;

  async function embed(texts: readonly string[], signal: AbortSignal, timeoutMs?: number) {
    const vectors = await server.embed(texts, signal, timeoutMs);
    if (isFailing) log({ level: 'info', message: 'the embedding server works again' });
    isFailing = false;
    const current = `${server.model}\n${vectors[0]?.length}\n`;
    if (current !== kind) {
      kind = current;
      // Texts with vectors of another length are embedded again.
      work.wake();
    }
    return vectors;
  }

  /** Logs the first failure only, since each search and each batch would fail alike. */
  function report(error: unknown): void {
    if (!(error instanceof EmbeddingError)) onError(error);
    else if (!isFailing) {
      isFailing = true;
      const message = 'the embedding server cannot be used: searches use words alone';
      log({ level: 'warn', message, fields: { reason: error.message } });
    }
  }

  async function embedBatch(passages: readonly PassageToEmbed[], signal: AbortSignal): Promise<void> {
    const texts = passages.map(({ text }) => text);
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)) {
      try {
        const vectors = await embed(texts, signal);
        await pace.turn();
        const rows = passages.flatMap(({ seq }, index) => {
          const vector = vectors[index];
          return vector === undefined ? [] : [{ seq, vector }];
        });
        return store.embeddings.put(kind, rows);
      } catch (error) {
        if (signal.aborted) return;
        report(error);
        // These passages are found by their words.
        if (error instanceof EmbeddingError && error.isRefusal) return;
        await clock.sleep(pauseMs, signal);
      }
    }
  }

  async function embedText(number: number, signal: AbortSignal): Promise<void> {
    // If it changes meanwhile, this text is embedded again.
    const firstKind = kind;
    let seq: number | undefined = 0;
    while (seq !== undefined) {
      await pace.turn();
      const { passages, next }: ReturnType<typeof store.embeddings.missing> = store.embeddings.missing(
        number,
        kind,
        seq,
      );
      for (let index = 0; index < passages.length; index += BATCH) {
        await embedBatch(passages.slice(index, index + BATCH), signal);
        if (signal.aborted) return;
      }
      seq = next;
    }
    store.embeddings.finish(number, firstKind);
  }

  const work = createBackgroundWork(
    async (signal) => {
      let number = store.embeddings.next(0, kind);
      while (number !== undefined && !signal.aborted) {
        await embedText(number, signal);
        number = store.embeddings.next(number + 1, kind);
      }
    },
    { clock, onError },
  );

  return {
    wake: work.wake,
    async embedQuestion(question, signal) {
      try {
        const [vector] = await embed([question.slice(0, MAX_QUESTION_LENGTH)], signal, QUESTION_MS);
        return vector && { kind, vector };
      } catch (error) {
        if (!signal.aborted) report(error);
        return undefined;
      }
    },
    async close() {
      await work.close();
      await server.close();
    },
  };
}
