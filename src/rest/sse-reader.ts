import { createParser } from 'eventsource-parser';
import { MalformedResponseError } from './errors.ts';

export interface ServerSentEvent {
  readonly name: string | undefined;
  readonly data: string;
}

/**
 * The longest event or line, in characters. A run with the longest instructions, escaped, has some 1.6 million; reading
 * one event of this length takes the event loop about 50 ms.
 */
export const MAX_EVENT_LENGTH = 4 * 1024 * 1024;
/** The parser is quadratic in a piece that has carriage returns only, so pieces are kept short. In characters. */
const PIECE_LENGTH = 8192;

/**
 * Reads server-sent events from the chunks of a response, wherever these are cut, also inside a UTF-8 sequence. What
 * follows the last blank line is an incomplete event and is dropped.
 *
 * @returns for each chunk that completes any events, these
 * @throws MalformedResponseError once an event or a line is longer than `maxLength`, and whatever `chunks` throws
 */
export async function* readServerSentEvents(
  chunks: AsyncIterable<Uint8Array>,
  maxLength = MAX_EVENT_LENGTH,
): AsyncGenerator<readonly ServerSentEvent[], void, undefined> {
  const decoder = new TextDecoder();
  let events: ServerSentEvent[] = [];
  let isTooLong = false;
  const parser = createParser({
    maxBufferSize: maxLength,
    onEvent: ({ event, data }) => events.push({ name: event, data }),
    onError: ({ type }) => {
      isTooLong ||= type === 'max-buffer-size-exceeded';
    },
  });
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    for (let start = 0; start < text.length && !isTooLong; start += PIECE_LENGTH) {
      parser.feed(text.slice(start, start + PIECE_LENGTH));
    }
    if (events.length > 0) yield events;
    events = [];
    if (isTooLong) throw new MalformedResponseError('The upstream sent an event that is too long');
  }
}
