/** Calls the REST API directly, so that a test sees statuses, headers and bodies unchanged. */
import { poll } from '../../support/poll.ts';

export interface RestResponse<Body = Json> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

// biome-ignore lint/suspicious/noExplicitAny: tests check what they read from a response
export type Json = any;

export interface SentEvent {
  readonly event: string;
  readonly data: Json;
}

export interface CallOptions {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface RestCaller {
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<RestResponse>;
  get(path: string, options?: CallOptions): Promise<Json>;
  post(path: string, body?: unknown, options?: CallOptions): Promise<Json>;
  remove(path: string, options?: CallOptions): Promise<Json>;
  /** The events of a stream, as they arrive. */
  stream(path: string, body: object, options?: CallOptions): AsyncGenerator<SentEvent>;
  /** Polls a run until it has one of these statuses. */
  until(run: { thread_id: string; id: string }, ...statuses: string[]): Promise<Json>;
}

export function createRestCaller(url: string): RestCaller {
  function send(method: string, path: string, body: unknown, { key = 'test', headers, signal }: CallOptions) {
    return fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        'openai-beta': 'assistants=v1',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  async function call(
    method: string,
    path: string,
    body?: unknown,
    options: CallOptions = {},
  ): Promise<RestResponse> {
    const response = await send(method, path, body, options);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  async function succeed(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Json> {
    const response = await call(method, path, body, options);
    if (response.status !== 200)
      throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(response.body)}`);
    return response.body;
  }

  return {
    call,
    get: (path, options) => succeed('GET', path, undefined, options),
    post: (path, body = {}, options) => succeed('POST', path, body, options),
    remove: (path, options) => succeed('DELETE', path, undefined, options),
    async *stream(path, body, options = {}) {
      const response = await send('POST', path, { ...body, stream: true }, options);
      if (response.body === null || response.status !== 200) throw new Error(await response.text());
      yield* readEvents(response.body);
    },
    until: (run, ...statuses) =>
      poll(
        () => succeed('GET', `/threads/${run.thread_id}/runs/${run.id}`),
        ({ status }) => statuses.includes(status),
      ),
  };
}

async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<SentEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) yield readEvent(block);
  }
  if (text !== '') throw new Error(`The stream ended in the middle of an event: ${text}`);
}

function readEvent(block: string): SentEvent {
  const [, event, data] = /^event: (.+)\ndata: (.+)$/.exec(block) ?? [];
  if (event === undefined || data === undefined) throw new Error(`Invalid event: ${block}`);
  return { event, data: data === '[DONE]' ? data : JSON.parse(data) };
}

/** All events of a stream. Resolves once it ends. */
export async function collect(events: AsyncIterable<SentEvent>): Promise<SentEvent[]> {
  const all: SentEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}
