import { InvalidIdError } from './errors.ts';
import { type OperationName, operations, type RequestOf, type ResultOf } from './operations.ts';
import { fillPath } from './path.ts';
import { type RequestParams, readResponse } from './response.ts';
import { withRetries } from './retry.ts';
import { createSlots } from './slots.ts';
import type { Transport } from './transport.ts';

/** The REST API as one operation of a client sees it: with its credential, its deadline and its count of calls. */
export interface RestClient {
  /**
   * Calls one of the 28 operations. Reads are tried again, writes only where nothing was accepted: see retry.ts.
   *
   * @throws InvalidIdError before anything is sent; HttpStatusError, ConnectionError, MalformedResponseError after, and of a
   * DELETE NotDeletedError; OutcomeUnknownError where a write may have taken place; DeadlineError or AbortedError once its
   * signal says so.
   */
  call<Name extends OperationName>(name: Name, request: RequestOf<Name>): Promise<ResultOf<Name>>;
}

/** How reads that several operations want at the same moment become one. */
export interface ReadSharing {
  /** Starts a read, or joins the same one of the same principal that is under way. @param path with its query */
  read<T>(
    what: { readonly principal: string; readonly path: string },
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /** Says that a write to what lies at `path` begins or has ended: nobody may join a read from before. */
  beginEpoch(path: string): void;
}

export interface RestClientOptions {
  /** On whose behalf: what one principal reads is never shared with another. */
  readonly principal: string;
  readonly apiKey: string;
  readonly organization: string | undefined;
  /** The value of the `OpenAI-Beta` header. */
  readonly beta: string;
  /** Ends reads: at the deadline, or when the client has gone away. */
  readonly readSignal: AbortSignal;
  /** Ends writes: at the deadline only, since what was sent may have happened. */
  readonly writeSignal: AbortSignal;
  readonly sharing: ReadSharing;
  /** The most requests under way at a time, so that one operation leaves room for others. */
  readonly maxConcurrent: number;
  /** Told of each HTTP request as it is sent, retries too. */
  readonly onSend?: (name: OperationName) => void;
}

/** A client for one operation, over connections that it shares with others. Creating it sends nothing. */
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

  /** Sends a request once. @throws as {@link RestClient.call} does, but for OutcomeUnknownError */
  const send = async (name: OperationName, { path, body, params }: HttpParts, signal: AbortSignal) => {
    signal.throwIfAborted();
    options.onSend?.(name);
    const { method } = operations[name];
    const sent = body === undefined ? headers : { ...headers, 'content-type': 'application/json' };
    const response = await transport.send({ method, path, headers: sent, body, signal });
    return readResponse(name, params, response, secrets);
  };

  /**
   * Only a first attempt is shared: what failed for somebody else is tried again for oneself. Only what has a slot is:
   * whoever joined a read that still waits for one would wait for all that its operation wants first.
   */
  const read = (name: OperationName, parts: HttpParts) =>
    withRetries(true, readSignal, (attempt) =>
      inSlot(() =>
        attempt === 1
          ? sharing.read({ principal, path: parts.path }, readSignal, (signal) => send(name, parts, signal))
          : send(name, parts, readSignal),
      ),
    );

  const write = async (name: OperationName, parts: HttpParts) => {
    sharing.beginEpoch(parts.path);
    try {
      return await withRetries(false, writeSignal, () => inSlot(() => send(name, parts, writeSignal)));
    } finally {
      sharing.beginEpoch(parts.path);
    }
  };

  return {
    async call<Name extends OperationName>(name: Name, request: RequestOf<Name>) {
      const parts = httpParts(name, request);
      const result = await (operations[name].method === 'GET' ? read(name, parts) : write(name, parts));
      // The wire boundary: readResponse checked the response against the operation's schema.
      return result as ResultOf<Name>;
    },
  };
}

interface HttpParts {
  /** With its query. */
  readonly path: string;
  readonly body: string | undefined;
  /** What the answer must agree with. */
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

/** What no id may make of a path. A POST to `/threads/runs` creates: no thread called `runs` can be modified. */
const PLAIN_PATHS: ReadonlySet<string> = new Set(
  Object.values(operations)
    .filter(({ idNames }) => idNames.length === 0)
    .map(({ method, path }) => `${method} ${path}`),
);
