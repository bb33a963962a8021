import { MalformedResponseError } from '../../../rest/errors.ts';
import { readServerSentEvents } from '../../../rest/sse-reader.ts';
import { readText } from '../../model-server/response-body.ts';
import { ModelError } from '../model.ts';
import { type Addition, readChunk } from './chunk.ts';
import type { ChatResponse } from './connection.ts';
import { errorOf, type Redact, readProblem } from './server-error.ts';

/** Characters of one chunk: the arguments of all calls can be in one. */
const MAX_CHUNK_LENGTH = 1024 * 1024;
/** How long the usage and `[DONE]` may take after the last part of the response. Some servers send neither, nor end. */
const MAX_EPILOGUE_MS = 2_000;

const DONE = '[DONE]';
/** Some servers end the last event without one. */
const BLANK_LINE = Buffer.from('\n\n');

export interface StreamOptions {
  readonly model: string;
  readonly redact: Redact;
}

/**
 * What each network chunk of a response adds, until its end. Comments and unknown fields are ignored. Throws a ModelError
 * if the server sends an error or nonsense, or if it ends before the model did.
 */
export async function* readAdditions(
  response: ChatResponse,
  options: StreamOptions,
): AsyncGenerator<readonly Addition[], void, undefined> {
  const isWhole = /^application\/json/i.test(response.headers['content-type'] ?? '');
  const source = isWhole ? wholeBody(response.chunks) : eventsOf(response.chunks);
  const texts = source[Symbol.asyncIterator]();
  let isFinished = false;
  try {
    for (;;) {
      const next: IteratorResult<readonly string[]> | undefined = await (isFinished
        ? orUndefined(texts.next())
        : texts.next());
      if (next === undefined || next.done) break;
      const end = next.value.indexOf(DONE);
      const additions: Addition[] = (end < 0 ? next.value : next.value.slice(0, end)).map(readChunk);
      for (const { error } of additions) if (error) throw errorInStream(error, options);
      isFinished ||= additions.some(({ finishReason }) => finishReason !== undefined);
      yield additions;
      if (end >= 0) return;
    }
    if (!isFinished) throw new ModelError('server_error', 'The model server ended its response too early.');
  } catch (error) {
    throw error instanceof MalformedResponseError ? incomplete() : error;
  } finally {
    response.close();
  }
}

async function* eventsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  for await (const events of readServerSentEvents(withLineEnd(chunks), MAX_CHUNK_LENGTH)) {
    yield events.map(({ data }) => data.trim()).filter((data) => data !== '');
  }
}

async function* withLineEnd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
  yield BLANK_LINE;
}

/** The body of a server that does not stream. */
async function* wholeBody(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const text = await readText(chunks, MAX_CHUNK_LENGTH);
  if (text === undefined) throw tooLong();
  yield [text];
}

async function orUndefined<Result>(promise: Promise<Result>): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), MAX_EPILOGUE_MS);
  });
  // The response is complete, so a failure after it does not matter.
  return Promise.race([promise.catch(() => undefined), late]).finally(() => clearTimeout(timer));
}

function errorInStream(error: unknown, { model, redact }: StreamOptions): ModelError {
  const code = typeof error === 'object' && error !== null ? Number(Reflect.get(error, 'code')) : Number.NaN;
  const status = code >= 400 && code < 600 ? code : 500;
  return errorOf(readProblem(status, { error }, redact), model);
}

function incomplete(): ModelError {
  const message = 'The model server sent a chunk that is too long, or too much that is no chunk.';
  return new ModelError('server_error', message);
}

function tooLong(): ModelError {
  return new ModelError(
    'server_error',
    `The model server sent a chunk of more than ${MAX_CHUNK_LENGTH} characters.`,
  );
}
