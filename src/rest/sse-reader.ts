import { createParser } from 'eventsource-parser';
import { MalformedResponseError } from './errors.ts';

export interface ServerSentEvent {
  readonly name: string | undefined;
  readonly data: string;
}

/**
 * Maximum length of an event or a line, in characters. A run with instructions of the maximum length has about 1.6 million if each
 * character is escaped.
 */
export const MAX_EVENT_LENGTH = 4 * 1024 * 1024;
/** Characters that are parsed at once. The parser takes quadratic time for carriage returns without line feeds. */
const PIECE_LENGTH = 8192;

/**
 * Parses server-sent events. Chunks may be split anywhere, also inside a UTF-8 sequence. An incomplete event at the end is dropped.
 *
 * @returns the events that each chunk completes, if any
 * @throws MalformedResponseError if an event or a line is longer than `maxLength`; what `chunks` throws
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
