import type { RunEvent } from './events.ts';
import type { StoredEntry } from './log.ts';

/** Maximum length of a merged text, in UTF-16 units. */
export const MAX_MERGED_LENGTH = 65_536;

/** Merges adjacent deltas of one content part. A merged entry has the cursor of its last delta. Other entries stay as they are. */
export function mergeDeltas(entries: readonly StoredEntry[]): StoredEntry[] {
  const merged: StoredEntry[] = [];
  for (const entry of entries) {
    const previous = merged.at(-1);
    const event = previous && joined(previous.event, entry.event);
    if (event === undefined) merged.push(entry);
    else merged[merged.length - 1] = { ...entry, event };
  }
  return merged;
}

function joined(first: RunEvent, second: RunEvent): RunEvent | undefined {
  if (first.type !== 'message.delta' || second.type !== 'message.delta') return undefined;
  const isAdjacent =
    first.message_id === second.message_id &&
    first.index === second.index &&
    second.offset === first.offset + first.text.length;
  if (!isAdjacent || first.text.length + second.text.length > MAX_MERGED_LENGTH) return undefined;
  const annotations = [...first.annotations, ...second.annotations];
  return { ...first, text: first.text + second.text, annotations };
}
