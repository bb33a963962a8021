import type { RunEvent } from './events.ts';

/** Memory of an entry without its text: objects, cursor, sequence. Measured on Node 20, rounded up. */
const ENTRY_BYTES = 300;

/** Estimated memory of an event in a log: two bytes for each character of its JSON. */
export function eventBytes(event: RunEvent): number {
  // The most frequent event. Its size is known without serialising it.
  if (event.type === 'message.delta' && event.annotations.length === 0) {
    return ENTRY_BYTES + 2 * event.text.length;
  }
  return ENTRY_BYTES + 2 * JSON.stringify(event).length;
}
