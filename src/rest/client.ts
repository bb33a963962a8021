import { readAnswer } from './answer.ts';
import { type AnswerOf, type OperationName, operations, type RequestTo } from './operations.ts';
import { fillPath, pathIdNames } from './path.ts';
import { withRetries } from './retry.ts';
import type { Transport } from './transport.ts';

/** The REST API as one operation of a client sees it: with its credential, its deadline and its count of calls. */
export interface RestClient {
  /**
   * Calls one of the 28 operations. Reads are tried again, writes only where nothing was accepted: see retry.ts.
   *
   * @throws InvalidIdError before anything is sent; RefusedError, UnreachableError, MalformedAnswerError after;
   * OutcomeUnknownError where a write may have taken place; DeadlineError or AbortedError once its signal says so.
   */
  call<Name extends OperationName>(name: Name, request: RequestTo<Name>): Promise<AnswerOf<Name>>;
}

export interface RestClientOptions {
  readonly apiKey: string;
  readonly organization: string | undefined;
  /** The value of the `OpenAI-Beta` header. */
  readonly beta: string;
  /** Ends reads: at the deadline, or when the client has gone away. */
  readonly readSignal: AbortSignal;
  /** Ends writes: at the deadline only, since what was sent may have happened. */
  readonly writeSignal: AbortSignal;
  /** Told of each HTTP request as it is sent, retries too. */
  readonly onSend?: (name: OperationName) => void;
}

export function createRestClient(transport: Transport, options: RestClientOptions): RestClient {
  const headers: Record<string, string> = {
    accept: 'application/json',
    authorization: `Bearer ${options.apiKey}`,
    'openai-beta': options.beta,
  };
  if (options.organization !== undefined) headers['openai-organization'] = options.organization;

  return {
    async call<Name extends OperationName>(name: Name, request: RequestTo<Name>) {
      const { method } = operations[name];
      const { path, body, ids } = httpParts(name, request);
      const signal = method === 'GET' ? options.readSignal : options.writeSignal;
      const answer = await withRetries(method === 'GET', signal, async () => {
        options.onSend?.(name);
        const sent = body === undefined ? headers : { ...headers, 'content-type': 'application/json' };
        return readAnswer(name, ids, await transport.send({ method, path, headers: sent, body, signal }));
      });
      // The wire boundary: readAnswer has just held the answer against the operation's own description.
      return answer as AnswerOf<Name>;
    },
  };
}

function httpParts(name: OperationName, request: object) {
  const { path } = operations[name];
  const { body, ...fields }: { body?: unknown } & Record<string, unknown> = { ...request };
  const ids: Record<string, unknown> = {};
  for (const idName of pathIdNames(path)) {
    ids[idName] = fields[idName];
    delete fields[idName];
  }
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) query.set(key, String(value));
  }
  return {
    path: fillPath(path, ids) + (query.size > 0 ? `?${query}` : ''),
    body: body === undefined ? undefined : JSON.stringify(body),
    ids,
  };
}
