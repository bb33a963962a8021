/** An imitation of a model server: it answers POST /v1/chat/completions as the test says. */
import { once } from 'node:events';
import type { ModelServerOptions } from '../../../src/local/models/models.ts';
import { Queue } from '../../events/support/queue.ts';
import { type Dialect, dialects, type Reply } from './chat-dialects.ts';
import { type RunningApi, startApi } from './local-api.ts';
import { type ModelRequest, startModelServer } from './model-server.ts';
import type { Json } from './rest-caller.ts';

/** One request to the model server. */
export interface ChatRequest extends ModelRequest {
  /** Resolves once the client has closed the connection, or the response is complete. */
  readonly closed: Promise<unknown>;
  /** Answers in the dialect of a server. */
  reply(reply: Reply, dialect?: Dialect): void;
  /** Begins an answer in the dialect of OpenAI: only this text, for now. */
  write(text: string): void;
  /** Answers with an error. */
  fail(status: number, error: unknown, headers?: Record<string, string>): void;
}

export interface ChatServer {
  /** For the local API. */
  readonly modelServer: ModelServerOptions;
  /** All requests so far. */
  readonly requests: ChatRequest[];
  /** The next request, which the test must answer. */
  next(): Promise<ChatRequest>;
  /** Answers all further requests. */
  answer(handler: (request: ChatRequest) => void): void;
}

/** Closed after the test. */
export async function startChatServer(options: Partial<ModelServerOptions> = {}): Promise<ChatServer> {
  const waiting = new Queue<ChatRequest>();
  const requests: ChatRequest[] = [];
  let handler = (request: ChatRequest) => waiting.add(request);
  const url = await startModelServer('/chat/completions', (request) => {
    const received = createRequest(request);
    requests.push(received);
    handler(received);
  });
  return {
    modelServer: { url, contextTokens: 8192, silenceMs: 10_000, names: { pairs: [] }, ...options },
    requests,
    next: () => waiting.next(),
    answer(next) {
      handler = next;
    },
  };
}

function createRequest(request: ModelRequest): ChatRequest {
  const { response } = request;
  const closed = once(response, 'close');
  const begin = () => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
  };
  return {
    ...request,
    closed,
    reply(reply, dialect = dialects.OpenAI) {
      const { contentType = 'text/event-stream', text } = dialect(reply);
      response.writeHead(200, { 'content-type': contentType });
      response.end(text);
    },
    write(text) {
      begin();
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: text } }] })}\n\n`);
    },
    fail(status, error, extra = {}) {
      response.writeHead(status, { 'content-type': 'application/json', ...extra });
      response.end(typeof error === 'string' ? error : JSON.stringify(error));
    },
  };
}

/** A local API on a model server that echoes. */
export async function startApiWithEcho(): Promise<RunningApi> {
  const chat = await startChatServer();
  chat.answer(echo);
  return startApi({ modelServer: chat.modelServer });
}

/**
 * Answers as the offline model does, so that the same programs work: calls the functions that the last message names, and
 * repeats it and their outputs.
 */
function echo(request: ChatRequest): void {
  const { messages, tools = [] }: { messages: Json[]; tools?: Json[] } = request.body;
  const said = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const outputs = messages.filter(({ role }) => role === 'tool').map(({ content }) => content);
  const named = tools.map((tool) => tool.function.name).filter((name: string) => said.includes(name));
  if (outputs.length === 0 && named.length > 0) {
    const calls = named.map((name: string) => ({ name, arguments: '{"city":"city"}' }));
    request.reply({ calls });
    return;
  }
  const answers = outputs.map((output, index) => `${named[index]} answered: ${output}`);
  request.reply({ text: [`You said: ${said}\n\n`, ...answers] });
}
