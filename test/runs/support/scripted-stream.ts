import type { ServerResponse } from 'node:http';
import type { Upstream } from '../../support/upstream.ts';

/** A stream of events that a test writes by hand. */
export interface ScriptedStream {
  /** Writes an event, and any bytes as they are. */
  send(name: string, data: unknown): void;
  write(text: string): void;
  /** Ends the response, with `done` or without. */
  done(): void;
  end(): void;
  /** Breaks the connection. */
  cut(): void;
  /** The reader's port, which identifies its connection. */
  readonly port: number | undefined;
  /** Fulfilled when the reader has closed the connection, or it has ended. */
  readonly closed: Promise<void>;
}

/** Responds to the next request for a stream with one that the test writes. */
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

/** A delta of the text of a message's first part. */
export function textDelta(id: string, value: string) {
  const content = [{ index: 0, type: 'text', text: { value, annotations: [] } }];
  return { id, object: 'thread.message.delta', delta: { content } };
}
