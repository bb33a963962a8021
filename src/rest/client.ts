import { InvalidIdError } from './errors.ts';
import { type OperationName, operations, type Page, type RequestOf, type ResultOf } from './operations.ts';
import { fillPath } from './path.ts';
import { type RequestParams, readResponse } from './response.ts';
import { withRetries } from './retry.ts';
import { type StartedRun, type StreamingOperation, startRun } from './run-stream.ts';
import { createSlots } from './slots.ts';
import type { StreamTransport } from './stream-transport.ts';
import type { HttpResponse, Transport } from './transport.ts';
import type { Run } from './wire/run.ts';

/** The REST API as one GraphQL operation uses it: with its credential, its deadline and its count of calls. */
export interface RestClient {
  /**
   * Calls one of the 28 operations. Reads are retried, writes only if they cannot have been accepted: see retry.ts.
   *
   * @throws InvalidIdError before anything is sent; HttpStatusError, ConnectionError or MalformedResponseError; for a DELETE
   * also NotDeletedError; OutcomeUnknownError if a write may have been carried out; DeadlineError or AbortedError when its
   * signal is aborted
   */
  call<Name extends OperationName>(name: Name, request: RequestOf<Name>): Promise<ResultOf<Name>>;
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
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<T>,
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
  readonly readSignal: AbortSignal;
  /** Aborts writes that were sent: at the deadline only, since they may be carried out. */
  readonly writeSignal: AbortSignal;
  readonly sharing: ReadSharing;
  /** Maximum number of requests in flight, so that one operation leaves connections for others. */
  readonly maxConcurrent: number;
  /** Called for each HTTP request as it is sent, retries included. */
  readonly onSend?: (name: OperationName) => void;
  /** Called for each response, whatever its status. */
  readonly onResponse?: (name: OperationName, headers: HttpResponse['headers']) => void;
  /** Maximum number of attempts at a request; 4 by default. */
  readonly maxAttempts?: number;
}

/** A client for one operation, on connections shared with others. Creating it sends nothing. */
export function createRestClient(transport: Transport, options: RestClientOptions): RestClient {
  const headers: Record<string, string> = {
    accept: 'application/json',
    authorization: `Bearer ${options.apiKey}`,
    'openai-beta': options.beta,
  };
  if (options.organization !== undefined) headers['openai-organization'] = options.organization;

  const secrets = [options.apiKey, options.organization ?? ''];
  const { principal, sharing, readSignal, writeSignal } = options;
  const inSlot = createSlots(options.maxConcurrent);

  /** Sends a request once. @throws as {@link RestClient.call} does, except OutcomeUnknownError */
  const sendOnce = async (name: OperationName, { path, body, params }: HttpParts, signal: AbortSignal) => {
    signal.throwIfAborted();
    options.onSend?.(name);
    const { method } = operations[name];
    const sent = body === undefined ? headers : { ...headers, 'content-type': 'application/json' };
    const response = await transport.send({ method, path, headers: sent, body, signal });
    options.onResponse?.(name, response.headers);
    return readResponse(name, params, response, secrets);
  };

  /**
   * Only a first attempt that has a slot is shared. Retries are each operation's own, and joining a read that still
   * waits for a slot would mean waiting for the other requests of its operation.
   */
  const read = (name: OperationName, parts: HttpParts) =>
    withRetries(
      true,
      readSignal,
      (attempt) =>
        inSlot(() =>
          attempt === 1
            ? sharing.read({ principal, path: parts.path }, readSignal, (signal) =>
                sendOnce(name, parts, signal),
              )
            : sendOnce(name, parts, readSignal),
        ),
      options.maxAttempts,
    );

  /** Some upstreams repeat the cursor as the first item, which leaves no room for another on a page of one. */
  const readList = async (name: OperationName, request: object): Promise<Page<unknown>> => {
    // The wire boundary: readResponse makes a page of every list.
    const readPage = async (params: object) => (await read(name, httpParts(name, params))) as Page<unknown>;
    const page = await readPage(request);
    if (page.items.length > 0 || !page.has_more) return page;
    const { items, has_more } = await readPage({ ...request, limit: 2 });
    return { items: items.slice(0, 1), has_more: has_more || items.length > 1 };
  };

  const write = async <T>(path: string, attempt: () => Promise<T>) => {
    sharing.beginEpoch(path);
    try {
      // Inside the slot, nothing delays the request between the check of `readSignal` and its sending.
      return await inSlot(() => withRetries(false, readSignal, attempt, options.maxAttempts));
    } finally {
      sharing.beginEpoch(path);
    }
  };

  const send = (name: OperationName, request: object): Promise<unknown> => {
    const { method, kind } = operations[name];
    if (kind === 'list') return readList(name, request);
    const parts = httpParts(name, request);
    return method === 'GET' ? read(name, parts) : write(parts.path, () => sendOnce(name, parts, writeSignal));
  };

  return {
    async call<Name extends OperationName>(name: Name, request: RequestOf<Name>) {
      const result = await send(name, request);
      // The wire boundary: readResponse checked the response against the operation's schema.
      return result as ResultOf<Name>;
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
        request: { method: 'POST', path, headers: sent, body, signal: writeSignal },
        write: (attempt) =>
          write(path, () => {
            writeSignal.throwIfAborted();
            options.onSend?.(name);
            return attempt();
          }),
        // The wire boundary, as above.
        withoutStream: () => send(name, request) as Promise<Run>,
        ...('run_id' in params && { readRun: () => send('getRun', params) as Promise<Run> }),
      });
    },
  };
}

interface HttpParts {
  /** With its query. */
  readonly path: string;
  readonly body: string | undefined;
  /** The response must match these. */
  readonly params: RequestParams;
}

function httpParts(name: OperationName, request: object): HttpParts {
  const { method, path, idNames } = operations[name];
  const { body, ...params }: { body?: unknown } & Record<string, unknown> = { ...request };
  const filled = fillPath(path, params);
  if (filled !== path && PLAIN_PATHS.has(`${method} ${filled}`)) {
    throw new InvalidIdError(filled.split('/').at(-1) ?? '');
  }
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    if (value !== undefined && !idNames.includes(key)) query.set(key, String(value));
  }
  return {
    path: query.size > 0 ? `${filled}?${query}` : filled,
    body: body === undefined ? undefined : JSON.stringify(body),
    params,
  };
}

/** Paths that no id may produce: a POST to `/threads/runs` creates a run, so a thread named `runs` cannot be modified. */
const PLAIN_PATHS: ReadonlySet<string> = new Set(
  Object.values(operations)
    .filter(({ idNames }) => idNames.length === 0)
    .map(({ method, path }) => `${method} ${path}`),
);
