import type { ServerResponse } from 'node:http';
import type { Upstream } from '../../support/upstream.ts';

/** A stream that a test writes. */
export interface ScriptedStream {
  /** Writes an event. */
  send(name: string, data: unknown): void;
  write(text: string): void;
  /** Writes `done` and ends the response. */
  done(): void;
  end(): void;
  /** Breaks the connection. */
  cut(): void;
  /** The reader's port, which identifies its connection. */
  readonly port: number | undefined;
  /** Fulfilled when the response has ended or the reader has closed the connection. */
  readonly closed: Promise<void>;
}

/** Responds to the next request that asks for a stream. */
export function nextStream(
  upstream: Upstream,
  headers: Record<string, string> = {},
): Promise<ScriptedStream> {
  const before = upstream.intercept;
  return new Promise((resolve) => {
    upstream.intercept = (call, response) => {
      if (!call.body.includes('"stream":true')) return before?.(call, response) ?? false;
      upstream.intercept = before;
      response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
      response.flushHeaders();
      resolve(scripted(response));
      return true;
    };
  });
}

function scripted(response: ServerResponse): ScriptedStream {
  const stream: ScriptedStream = {
    send: (name, data) => stream.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`),
    write: (text) => {
      response.write(text);
    },
    done: () => response.end('event: done\ndata: [DONE]\n\n'),
    end: () => response.end(),
    cut: () => response.destroy(),
    port: response.socket?.remotePort,
    closed: new Promise((resolve) => response.once('close', resolve)),
  };
  return stream;
}

/** A delta for the first content part of a message. */
export function textDelta(id: string, value: string) {
  const content = [{ index: 0, type: 'text', text: { value, annotations: [] } }];
  return { id, object: 'thread.message.delta', delta: { content } };
}
