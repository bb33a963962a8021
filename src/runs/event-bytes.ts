import type { RunEvent } from './events.ts';

/** What an entry takes beside its text: objects, cursor, sequence. Measured on Node 20, rounded up. */
const ENTRY_BYTES = 300;

/** An estimate of the memory that an event takes in a log: two bytes for each character of its JSON. */
export function eventBytes(event: RunEvent): number {
  // Most events are these, and their size is known without writing them.
  if (event.type === 'message.delta' && event.annotations.length === 0) {
    return ENTRY_BYTES + 2 * event.text.length;
  }
  return ENTRY_BYTES + 2 * JSON.stringify(event).length;
}
