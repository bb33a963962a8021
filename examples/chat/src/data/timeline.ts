/** What a conversation shows: messages and rounds of tool calls in their order, of finished runs and of the live one. */
import type { LiveRun } from './follow-run.ts';
import type { MessagePartsFragment, RunPartsFragment } from './generated/operations.ts';
import type { CallRound, ContentPart, RunState } from './run-state.ts';
import { callOf } from './tool-call.ts';

export interface ShownMessage {
  readonly kind: 'message';
  readonly id: string;
  readonly role: MessagePartsFragment['role'];
  readonly status: MessagePartsFragment['status'];
  readonly content: readonly ContentPart[];
  readonly fileIds: readonly string[];
  /** Null while it is written. */
  readonly createdAt: string | null;
}

export type Entry = ShownMessage | CallRound;

/**
 * @param messages oldest first
 * @param newest the newest run of the thread: it may have called tools without writing a message
 * @param live replaces what the messages say about the same run
 */
export function timelineOf(
  messages: readonly MessagePartsFragment[],
  newest: RunPartsFragment | undefined,
  live: Pick<LiveRun, 'id' | 'state'> | undefined,
): readonly Entry[] {
  const finished = messages.filter(({ runId }) => runId === null || runId !== live?.id);
  const entries = finished.flatMap((message, index): Entry[] => {
    const rounds = message.run ? placeRounds(message.run) : undefined;
    const isLast = !finished.slice(index + 1).some(({ runId }) => runId === message.runId);
    return [
      ...(rounds?.before.get(message.id) ?? []),
      shown(message),
      ...(rounds && isLast ? rounds.after : []),
    ];
  });
  if (live) return [...entries, ...live.state.items.map(shownItem)];
  const isSilent = newest && !finished.some(({ runId }) => runId === newest.id);
  return isSilent ? [...entries, ...placeRounds(newest).after] : entries;
}

function shown({ id, role, status, content, fileIds, createdAt }: MessagePartsFragment): ShownMessage {
  return { kind: 'message', id, role, status, content, fileIds, createdAt };
}

function shownItem(item: RunState['items'][number]): Entry {
  return item.kind === 'calls' ? item : { ...item, role: 'ASSISTANT', fileIds: [], createdAt: null };
}

/** The rounds of calls of a run, by the message that follows them, and those after its last message. */
function placeRounds(run: RunPartsFragment): { before: Map<string, CallRound[]>; after: CallRound[] } {
  const before = new Map<string, CallRound[]>();
  let rounds: CallRound[] = [];
  for (const node of run.steps?.nodes ?? []) {
    if (node?.details.__typename === 'MessageCreationDetails') {
      before.set(node.details.messageId, rounds);
      rounds = [];
    } else if (node?.details.__typename === 'ToolCallsDetails') {
      const { id, status, details } = node;
      rounds.push({ kind: 'calls', id, status, calls: details.toolCalls.map(callOf) });
    }
  }
  return { before, after: rounds };
}
