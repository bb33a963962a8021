/** What a client makes of the entries that it receives. */
import type { RunEvent } from '../../../src/runs/events.ts';
import type { RunLogEntry } from '../../../src/runs/runs.ts';

/** All entries up to the end. */
export async function collect(entries: AsyncIterable<RunLogEntry>): Promise<RunLogEntry[]> {
  const all: RunLogEntry[] = [];
  for await (const entry of entries) all.push(entry);
  return all;
}

/** Entries up to and including the first that passes the check. Leaves the iterator open. */
export async function collectUntil(
  entries: AsyncIterator<RunLogEntry>,
  isLast: (event: RunEvent) => boolean,
): Promise<RunLogEntry[]> {
  const all: RunLogEntry[] = [];
  for (;;) {
    const { value, done } = await entries.next();
    if (done) throw new Error(`Ended after ${all.map(({ event }) => event.type).join(', ')}`);
    all.push(value);
    if (isLast(value.event)) return all;
  }
}

/** The texts of the messages, by id and part, for a client that applies every delta and every reset. */
export function textsOf(entries: readonly RunLogEntry[]): Record<string, string> {
  let texts: Record<string, string> = {};
  for (const { event } of entries) {
    if (event.type === 'reset') texts = {};
    if (event.type !== 'message.delta') continue;
    const key = `${event.message_id}/${event.index}`;
    const before = texts[key] ?? '';
    if (event.offset > before.length) throw new Error(`A gap in ${key} before ${event.offset}`);
    texts[key] = before.slice(0, event.offset) + event.text;
  }
  return texts;
}

export const statusesOf = (entries: readonly RunLogEntry[]): string[] =>
  entries.flatMap(({ event }) => (event.type === 'run.status' ? event.status : []));

/** One word per entry. Adjacent deltas are one. */
export function outline(entries: readonly RunLogEntry[]): string[] {
  const words = entries.map(({ event }) => {
    if (event.type === 'run.status') return event.status;
    if (event.type === 'step.changed') return `step ${event.step.status}`;
    if (event.type === 'message.changed') return `message ${event.message.status}`;
    return event.type;
  });
  return words.filter((word, index) => !(word.endsWith('.delta') && words[index - 1] === word));
}
