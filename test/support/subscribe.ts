/** Subscriptions as a client without a library reads them: over server-sent events. */
import { EventSourceParserStream } from 'eventsource-parser/stream';

/**
 * The data of each event, until the server completes the subscription. Leaving the loop disconnects.
 *
 * @throws Error with the errors of a result, or if the connection ends before the subscription
 */
export async function* subscribe(
  url: string,
  query: string,
  variables: object = {},
): AsyncGenerator<Record<string, unknown>, void, undefined> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  if (response.body === null) throw new Error('The response is empty');
  const text = response.body.pipeThrough(new TextDecoderStream());
  for await (const { event, data } of text.pipeThrough(new EventSourceParserStream())) {
    if (event === 'complete') return;
    const result: { data?: Record<string, unknown>; errors?: unknown } = JSON.parse(data);
    if (result.data === undefined || result.errors !== undefined) throw new Error(data);
    yield result.data;
  }
  throw new Error('The connection ended before the subscription');
}
