import { type CallName, type CallObserver, observe } from './call-observer.ts';
import { DeadlineError, OutcomeUnknownError, RestError } from './errors.ts';
import { type HttpParts, httpParts } from './http-parts.ts';
import { type OperationName, operations, type Page, type RequestOf, type ResultOf } from './operations.ts';
import { type ListRequest, readInParts } from './page-parts.ts';
import type { Pause } from './pause.ts';
import { type RequestParams, readResponse } from './response.ts';
import { PAGE_LIMITS, RESPONSE_LIMITS, type ResponseLimits } from './response-text.ts';
import { createRetryBudget, withRetries } from './retry.ts';
import { type StartedRun, type StreamingOperation, startRun } from './run-stream.ts';
import type { Signal } from './signal.ts';
import { createSlots } from './slots.ts';
import type { StreamTransport } from './stream-transport.ts';
import type { OperationTraffic } from './traffic.ts';
import type { HttpResponse, Transport } from './transport.ts';
import type { Run } from './wire/run.ts';

/** The REST API as one GraphQL operation uses it: with its credential, its deadline and its count of calls. */
export interface RestClient {
  /**
   * Calls one of the 28 operations. Reads are retried, writes only if they cannot have been accepted: see retry.ts. A page
   * that is too large to be read at once is read in parts.
   *
   * @param options.whole fails with ResponseTooLargeError instead
   * @throws InvalidIdError before anything is sent; HttpStatusError, ConnectionError or MalformedResponseError; OperationBytesError;
   * for a DELETE also NotDeletedError; OutcomeUnknownError if a write may have been carried out; DeadlineError or AbortedError when its
   * signal is aborted
   */
  call<Name extends OperationName>(
    name: Name,
    request: RequestOf<Name>,
    options?: { readonly whole?: boolean },
  ): Promise<ResultOf<Name>>;
  /**
   * The same for a write that starts or continues a run, with `stream: true` if `streams` has room and upstream does not
   * refuse it. Fulfilled once upstream has named the run. The stream outlives the signals of this client.
   *
   * @throws as {@link call} does
   */
  startRun<Name extends StreamingOperation>(
    name: Name,
    request: RequestOf<Name>,
    streams: StreamTransport | undefined,
  ): Promise<StartedRun>;
}

/** Lets operations share identical reads that are in flight at the same moment. */
export interface ReadSharing {
  /** Starts a read, or joins the same read of the same principal in flight. @param path with its query */
  read<T>(
    what: { readonly principal: string; readonly path: string },
    signal: Signal,
    start: (signal: Signal) => Promise<T>,
  ): Promise<T>;
  /** Marks the start or end of a write to `path`: no operation may join a read that began before it. */
  beginEpoch(path: string): void;
}

/** Credential for the REST API. */
export interface UpstreamCredential {
  readonly apiKey: string;
  readonly organization: string | undefined;
  /** Value of the `OpenAI-Beta` header. */
  readonly beta: string;
}

export interface RestClientOptions extends UpstreamCredential {
  /** Reads are shared only within one principal. */
  readonly principal: string;
  /** Aborts reads, and keeps writes from being sent: at the deadline, or when the client disconnects. */
  readonly readSignal: Signal;
  /** Aborts writes that were sent: at the deadline only, since they may be carried out. */
  readonly writeSignal: Signal;
  /** Milliseconds until the deadline: no request waits for a pause that is longer. */
  readonly remainingMs: () => number;
  /** Of the credential. */
  readonly pause: Pause;
  /** Of the operation: what its responses count towards. */
  readonly traffic: OperationTraffic;
  readonly sharing: ReadSharing;
  /** Maximum number of requests in flight, so that one operation leaves connections for others. */
  readonly maxConcurrent: number;
  /** Called for each HTTP request as it is sent, retries included. */
  readonly onSend?: (name: OperationName) => void;
  readonly observer?: CallObserver | undefined;
  /** Called for each response, whatever its status. */
  readonly onResponse?: (name: OperationName, headers: HttpResponse['headers']) => void;
  /** Maximum number of attempts at a request; 4 by default. */
  readonly maxAttempts?: number;
}

/** A client for one operation, on connections shared with others. Creating it sends nothing. */
export function createRestClient(transport: Transport, options: RestClientOptions): RestClient {
  const headers = { accept: 'application/json', ...credentialHeaders(options) };
  const secrets = [options.apiKey, options.organization ?? ''];
  const { principal, sharing, readSignal, writeSignal, remainingMs, traffic, maxAttempts, observer } =
    options;
  const inSlot = createSlots(options.maxConcurrent);
  const heldBack = options.pause.forOperation(remainingMs);
  const retries = { signal: readSignal, remainingMs, budget: createRetryBudget(), maxAttempts };
  const readRetries = { ...retries, isRead: true };
  const writeRetries = { ...retries, isRead: false };

  const fail = (name: OperationName, error: unknown): never => {
    if (error instanceof OutcomeUnknownError) observer?.outcomeUnknown(name);
    throwNamed(name, error);
  };

  /** Sends a request once. @throws as {@link RestClient.call} does, except OutcomeUnknownError; NotSentError */
  const sendOnce = (name: OperationName, { path, body, params }: HttpParts, signal: Signal) => {
    const { method } = operations[name];
    const sent = { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) };
    const startSignal = method === 'GET' ? signal : readSignal;
    const call = observe(observer, name, sent);
    const onSend = () => {
      options.onSend?.(name);
      call.begin();
    };
    return transport
      .send(
        { method, path, headers: sent, body, signal, startSignal },
        { traffic, limits: limitsOf(name, params), onSend },
      )
      .then((response) => {
        call.end(response.status);
        options.onResponse?.(name, response.headers);
        return { result: readResponse(name, params, response, secrets), bytes: response.bytes, traffic };
      }, call.fail);
  };

  /** Joining a read that still waits for a slot would mean waiting for the other requests of its operation. */
  const read = (name: OperationName, parts: HttpParts) => {
    const attempt = () =>
      sharing
        .read({ principal, path: parts.path }, readSignal, (signal) => sendOnce(name, parts, signal))
        .then((shared) => {
          if (shared.traffic !== traffic) traffic.hold(shared.bytes);
          return shared.result;
        });
    return withRetries(readRetries, () => inSlot(() => heldBack(readSignal, attempt)));
  };

  /** Some upstreams repeat the cursor as the first item, which leaves no room for another on a page of one. */
  const readPage = async (name: OperationName, request: ListRequest): Promise<Page<unknown>> => {
    // The wire boundary: readResponse makes a page of every list.
    const readOnce = (params: object) => read(name, httpParts(name, params)) as Promise<Page<unknown>>;
    const page = await readOnce(request);
    if (page.items.length > 0 || !page.has_more) return page;
    const { items, has_more } = await readOnce({ ...request, limit: 2 });
    return { items: items.slice(0, 1), has_more: has_more || items.length > 1 };
  };

  const write = async <T>(path: string, attempt: () => Promise<T>) => {
    sharing.beginEpoch(path);
    try {
      return await inSlot(() => withRetries(writeRetries, () => heldBack(readSignal, attempt)));
    } finally {
      sharing.beginEpoch(path);
    }
  };

  /** @throws InvalidIdError at once */
  const send = (name: OperationName, request: object, isWhole = false): Promise<unknown> => {
    const { method, kind } = operations[name];
    if (kind === 'list') {
      const page = (part: ListRequest) => readPage(name, part);
      const list: ListRequest = { ...request };
      return isWhole ? page(list) : readInParts(list, page);
    }
    const parts = httpParts(name, request);
    if (method === 'GET') return read(name, parts);
    return write(parts.path, async () => (await sendOnce(name, parts, writeSignal)).result);
  };

  return {
    async call<Name extends OperationName>(
      name: Name,
      request: RequestOf<Name>,
      { whole = false }: { readonly whole?: boolean } = {},
    ) {
      try {
        // The wire boundary: readResponse checked the response against the operation's schema.
        return (await send(name, request, whole)) as ResultOf<Name>;
      } catch (error) {
        return fail(name, error);
      }
    },
    startRun(name, request, streams) {
      const { path, body, params } = httpParts(name, { ...request, body: { ...request.body, stream: true } });
      const sent = {
        ...headers,
        'content-type': 'application/json',
        accept: 'text/event-stream, application/json',
      };
      return startRun({
        name,
        params,
        streams,
        secrets,
        request: { method: 'POST', path, headers: sent, body, signal: writeSignal, startSignal: readSignal },
        write: (attempt) =>
          write(path, () => {
            transport.circuit.check();
            const call = observe(observer, name, sent);
            options.onSend?.(name);
            call.begin();
            return attempt().then((started) => {
              call.end(200);
              return started;
            }, call.fail);
          }),
        // The wire boundary, as above.
        withoutStream: () => send(name, request) as Promise<Run>,
        ...('run_id' in params && { readRun: () => send('getRun', params) as Promise<Run> }),
      }).catch((error: unknown) => fail(name, error));
    },
  };
}

/** The headers that every request has. */
export function credentialHeaders({
  apiKey,
  organization,
  beta,
}: UpstreamCredential): Record<string, string> {
  return {
    authorization: `Bearer ${apiKey}`,
    'openai-beta': beta,
    ...(organization !== undefined && { 'openai-organization': organization }),
  };
}

/** A single object may be as long on a page as by itself. */
function limitsOf(name: OperationName, { limit }: RequestParams): ResponseLimits {
  return operations[name].kind === 'list' && limit !== 1 ? PAGE_LIMITS : RESPONSE_LIMITS;
}

/** Notes in the error which call failed. The deadline is one error for all requests of its operation. */
export function throwNamed(name: CallName, error: unknown): never {
  if (!(error instanceof RestError) || error.operation === name) throw error;
  const own =
    error.operation !== undefined && error instanceof DeadlineError
      ? new DeadlineError(error.message)
      : error;
  own.operation = name;
  throw own;
}
