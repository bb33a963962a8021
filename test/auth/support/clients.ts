/** One operation, sent as clients send it over each transport: what they are told. */
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { openSocket } from '../../events/support/raw-socket.ts';
import type { GraphError } from '../../support/graph.ts';

/** What a client knows of the outcome. */
export interface Outcome {
  /** Undefined if the connection to send operations on was refused. */
  readonly data?: unknown;
  readonly errors?: readonly GraphError[];
  /** The code and the reason with which a WebSocket was closed, or the HTTP status of a response. */
  readonly refusal?: number;
  readonly message?: string;
}

/** Headers; on a WebSocket, the payload of `connection_init`. */
export type Headers = Readonly<Record<string, string>>;
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
export type Send = (url: string, headers: Headers, query: string, variables?: object) => Promise<Outcome>;

const sendHttp: Send = async (url, headers, query, variables) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return outcomeOf(response, await response.json());
};

/** Of a subscription, the first event. */
const sendSse: Send = async (url, headers, query, variables) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const text = response.body?.pipeThrough(new TextDecoderStream());
  for await (const { data } of text?.pipeThrough(new EventSourceParserStream()) ?? []) {
    return outcomeOf(response, JSON.parse(data));
  }
  return outcomeOf(response, {});
};

const sendSocket: Send = async (url, headers, query, variables) => {
  const socket = await openSocket(url);
  socket.send({ type: 'connection_init', payload: headers });
  const refused = socket.closed.then(([refusal, message]) => ({ refusal, message }));
  const ready = await Promise.race([socket.next(), refused]);
  if ('refusal' in ready) return ready;
  socket.subscribe('1', query, variables);
  const message = await Promise.race([socket.next(), refused]);
  if ('refusal' in message) return message;
  socket.webSocket.close();
  const { type, payload } = message;
  return type === 'error' ? { errors: Object(payload) } : Object(payload);
};

function outcomeOf({ status }: Response, result: object): Outcome {
  const { errors }: { errors?: readonly GraphError[] } = result;
  if (status === 200) return result;
  return { ...result, refusal: status, ...(errors?.[0] && { message: errors[0].message }) };
}

export const transports: [name: string, send: Send, refusal: number][] = [
  ['HTTP', sendHttp, 401],
  ['server-sent events', sendSse, 401],
  ['a WebSocket', sendSocket, 4403],
];
