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
/** Maximum length of the events that all streams of an upstream have begun, in characters: four of the longest. */
export const MAX_INCOMPLETE_LENGTH = 4 * MAX_EVENT_LENGTH;
/** A stream that has begun less than this is not ended for others. */
const SHORT_LENGTH = 64 * 1024;
/** Characters that are parsed at once. The parser takes quadratic time for carriage returns without line feeds. */
const PIECE_LENGTH = 8192;

/** What streams hold of events that are not complete. */
export interface IncompleteEvents {
  /** In characters. */
  length: number;
}

/**
 * Parses server-sent events. Chunks may be split anywhere, also inside a UTF-8 sequence. An incomplete event at the end is dropped.
 *
 * @returns the events that each chunk completes, if any
 * @param incomplete what all streams together hold
 * @throws MalformedResponseError if an event or a line is longer than `maxLength`, or all streams hold too much; what `chunks` throws
 */
export async function* readServerSentEvents(
  chunks: AsyncIterable<Uint8Array>,
  maxLength = MAX_EVENT_LENGTH,
  incomplete: IncompleteEvents = { length: 0 },
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
  let held = 0;
  const hold = (length: number) => {
    incomplete.length += length - held;
    held = length;
  };
  try {
    for await (const chunk of chunks) {
      const text = decoder.decode(chunk, { stream: true });
      for (let start = 0; start < text.length && !isTooLong; start += PIECE_LENGTH) {
        parser.feed(text.slice(start, start + PIECE_LENGTH));
      }
      hold(events.length > 0 ? 0 : held + text.length);
      if (events.length > 0) yield events;
      events = [];
      if (isTooLong) throw new MalformedResponseError('The upstream sent an event that is too long');
      if (held > SHORT_LENGTH && incomplete.length > MAX_INCOMPLETE_LENGTH)
        throw new MalformedResponseError('The upstream sends too many long events at a time');
    }
  } finally {
    hold(0);
  }
}
