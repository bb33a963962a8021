import { request as sendRequest } from 'node:http';
import type { Graph } from './graph.ts';

/**
 * From here on, passes each stream of a run on up to the first event with `marker` in it, and no further until released.
 *
 * @returns releases all streams
 */
export function holdStreams(graph: Graph, marker: string): () => void {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  graph.upstream.intercept = ({ method, path, headers, body }, response) => {
    if (!headers.accept?.includes('text/event-stream')) return false;
    const outgoing = sendRequest(graph.localUrl + path, { method, headers }, async (incoming) => {
      response.writeHead(incoming.statusCode ?? 500, incoming.headers);
      let rest = '';
      for await (const chunk of incoming.setEncoding('utf8')) {
        const events = `${rest}${chunk}`.split(/(?<=\n\n)/);
        rest = events.at(-1)?.endsWith('\n\n') ? '' : (events.pop() ?? '');
        for (const event of events) {
          response.write(event);
          if (event.includes(marker)) await released;
        }
      }
      response.end();
    });
    outgoing.on('error', () => response.destroy());
    outgoing.end(body);
    return true;
  };
  return release;
}
