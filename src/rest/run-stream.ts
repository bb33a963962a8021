/** Starting and continuing runs with `stream: true`. */
import { statusError } from './error-response.ts';
import {
  AbortedError,
  ConnectionError,
  HttpStatusError,
  MalformedResponseError,
  ResponseTooLargeError,
} from './errors.ts';
import type { HttpRequest } from './pool.ts';
import { type RequestParams, readResponse } from './response.ts';
import { ERROR_LIMITS, RESPONSE_LIMITS, ResponseText } from './response-text.ts';
import { Cancellation } from './signal.ts';
import { type IncompleteEvents, MAX_EVENT_LENGTH, readServerSentEvents } from './sse-reader.ts';
import type { StreamResponse, StreamTransport } from './stream-transport.ts';
import type { HttpResponse } from './transport.ts';
import type { Run } from './wire/run.ts';
import { readStreamEvent, type WireStreamEvent } from './wire/stream-event.ts';

/** The operations that take `stream`. */
export type StreamingOperation = 'createRun' | 'createThreadAndRun' | 'submitToolOutputsToRun';

export type StreamEvent =
  | Exclude<WireStreamEvent, { type: 'error' }>
  | { readonly type: 'error'; readonly error: HttpStatusError };

/** The stream of a run. It uses a connection, so it must be read to its end or closed. */
export interface RunStream {
  /**
   * All events, including those before the run was named, in batches as they were received. Ends after `done`, at the end of the
   * response, or when the stream is closed.
   *
   * @throws ConnectionError if the connection is lost or idle for too long; MalformedResponseError if an event is too long
   */
  readonly events: AsyncIterable<readonly StreamEvent[]>;
  close(): void;
}

export interface StartedRun {
  readonly run: Run;
  /** Undefined if upstream ignored or refused `stream`, or if too many streams are open. */
  readonly stream: RunStream | undefined;
}

export interface StartRunOptions {
  readonly name: StreamingOperation;
  readonly params: RequestParams;
  /** If undefined, the request is sent without `stream`. */
  readonly streams: StreamTransport | undefined;
  /** With `stream: true` in its body. Its signal applies until the run is named, not to the rest of the stream. */
  readonly request: HttpRequest;
  /** Strings to redact from errors. */
  readonly secrets: readonly string[];
  /** Calls `attempt`, with the retries of a write. */
  readonly write: <T>(attempt: () => Promise<T>) => Promise<T>;
  /** Sends the same request without `stream`. */
  readonly withoutStream: () => Promise<Run>;
  /** Reads the run. Set if its id is known from the request. */
  readonly readRun?: (() => Promise<Run>) | undefined;
}

interface StreamingOptions extends StartRunOptions {
  readonly streams: StreamTransport;
}

/** Maximum number of events before the run is named. */
const MAX_EARLY_EVENTS = 1_000;
/** How long a closed stream may take to end before its connection is closed. */
const DRAIN_MS = 1_000;

/**
 * Starts or continues a run, and waits until the stream has named it. If the stream ends before that, the run is read by a GET if
 * its id is known. Otherwise the outcome is unknown, as for any write without a response.
 *
 * @throws what RestClient.call throws
 */
export async function startRun(options: StartRunOptions): Promise<StartedRun> {
  const { streams, write, withoutStream } = options;
  const release = streams?.isRefused === false ? streams.reserve() : undefined;
  if (streams === undefined || release === undefined)
    return { run: await withoutStream(), stream: undefined };
  let started: StartedRun | undefined;
  try {
    started = await write(() => open({ ...options, streams }, release));
    return started;
  } catch (error) {
    if (!isStreamRefusal(error)) throw error;
    const run = await withoutStream();
    streams.isRefused = true;
    return { run, stream: undefined };
  } finally {
    if (started?.stream === undefined) release();
  }
}

/** Whether upstream rejected the request because of `stream`. */
function isStreamRefusal(error: unknown): boolean {
  if (!(error instanceof HttpStatusError)) return false;
  const { status, param } = error.upstream;
  const isInvalid = status === 400 || status === 422;
  return isInvalid && (param === 'stream' || /\bstream(ing)?\b/i.test(error.message));
}

async function open(options: StreamingOptions, release: () => void): Promise<StartedRun> {
  const { name, params, streams, request, secrets } = options;
  const connection = new Cancellation();
  const unfollow = connection.follow(request.signal);
  try {
    const response = await streams.send({ ...request, signal: connection });
    if (!isEventStream(response)) {
      const answer = { ...response, text: await readText(response) };
      // The wire boundary: readResponse checked the response against the operation's schema.
      return { run: readResponse(name, params, answer, secrets) as Run, stream: undefined };
    }
    return await readStart(options, response, connection, release);
  } catch (error) {
    connection.abort(new AbortedError('The stream was given up'));
    throw error;
  } finally {
    unfollow();
  }
}

/** Reads the stream up to the run. Upstream has accepted the request, so if this fails, a GET returns the run. */
async function readStart(
  { params, secrets, readRun, streams: { incomplete } }: StreamingOptions,
  response: StreamResponse,
  connection: Cancellation,
  release: () => void,
): Promise<StartedRun> {
  const batches = readEvents(response, secrets, incomplete);
  const early: StreamEvent[] = [];
  try {
    const run = await findRun(batches, early, params);
    return { run, stream: createRunStream(early, batches, connection, release) };
  } catch (error) {
    connection.abort(new AbortedError('The stream was given up'));
    const run = await readRun?.().catch(() => undefined);
    if (run === undefined) throw error;
    return { run, stream: undefined };
  }
}

function isEventStream({ status, headers }: StreamResponse): boolean {
  return status < 300 && /^text\/event-stream\b/i.test(headers['content-type'] ?? '');
}

/** @throws ResponseTooLargeError, unless it is an error response: that still has its status */
async function readText({ status, chunks }: StreamResponse): Promise<string> {
  const isError = status >= 400;
  const text = new ResponseText(isError ? ERROR_LIMITS : RESPONSE_LIMITS);
  try {
    for await (const chunk of chunks) text.add(chunk);
  } catch (error) {
    if (isError && error instanceof ResponseTooLargeError) return '';
    throw error;
  }
  return text.end();
}

type Batches = AsyncGenerator<readonly StreamEvent[], void, undefined>;

async function* readEvents(
  { headers, chunks }: StreamResponse,
  secrets: readonly string[],
  incomplete: IncompleteEvents,
): Batches {
  for await (const batch of readServerSentEvents(chunks, MAX_EVENT_LENGTH, incomplete)) {
    const events = batch.flatMap(({ name, data }) => {
      const event = readStreamEvent(name, data);
      if (event?.type !== 'error') return event ?? [];
      return { type: 'error' as const, error: streamError(event.error, headers, secrets) };
    });
    if (events.length > 0) yield events;
  }
}

/** Treats the error as if it were that of a response, so that it is truncated and redacted in the same way. */
function streamError(
  error: unknown,
  headers: HttpResponse['headers'],
  secrets: readonly string[],
): HttpStatusError {
  const body = typeof error === 'object' && error !== null && 'error' in error ? error : { error };
  const text = JSON.stringify(body);
  const status = /"type":"invalid_request_error"/.test(text) ? 400 : 500;
  return statusError({ status, headers, text }, secrets);
}

/** @param early receives all events that are read */
async function findRun(batches: Batches, early: StreamEvent[], params: RequestParams): Promise<Run> {
  while (early.length < MAX_EARLY_EVENTS) {
    const { value: batch } = await batches.next();
    if (batch === undefined) throw new ConnectionError('The stream ended before it named the run', true);
    early.push(...batch);
    const named = batch.find(({ type }) => type === 'run' || type === 'error' || type === 'done');
    if (named?.type === 'run' && isRequested(named.run, params)) return named.run;
    if (named !== undefined) break;
  }
  throw new MalformedResponseError('The upstream stream does not name the run');
}

function isRequested(run: Run, { thread_id = run.thread_id, run_id = run.id }: RequestParams): boolean {
  return run.thread_id === thread_id && run.id === run_id;
}

function createRunStream(
  early: readonly StreamEvent[],
  batches: Batches,
  connection: Cancellation,
  release: () => void,
): RunStream {
  let isClosed = false;
  const close = () => {
    if (isClosed) return;
    isClosed = true;
    release();
    void drain(batches, connection);
  };
  async function* readAll(): Batches {
    try {
      // Leaving a `for await` loop would close the connection.
      for (let batch: readonly StreamEvent[] | undefined = early; batch !== undefined; ) {
        yield batch;
        if (isClosed || batch.some(({ type }) => type === 'done')) return;
        const next = await batches.next();
        batch = next.done ? undefined : next.value;
      }
    } catch (error) {
      if (!isClosed) throw error;
    } finally {
      close();
    }
  }
  return { events: readAll(), close };
}

/** Reads the rest of the response, so that the connection can be reused. Closes the connection if that takes too long. */
async function drain(batches: Batches, connection: Cancellation): Promise<void> {
  const giveUp = () => connection.abort(new AbortedError('The stream was closed'));
  const timer = setTimeout(giveUp, DRAIN_MS).unref();
  try {
    while (!(await batches.next()).done);
  } catch {
    // The rest of the stream is not used.
  }
  clearTimeout(timer);
}
