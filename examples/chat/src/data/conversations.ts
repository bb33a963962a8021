/** The conversations of this browser. The REST API cannot list threads, so a client stores their IDs. */
import { createListeners } from './listeners.ts';

export interface Conversation {
  /** ID of the thread. */
  readonly id: string;
  readonly title: string;
  readonly assistantId: string;
  /** When it was last continued, in milliseconds. */
  readonly at: number;
}

export interface Conversations {
  /** Newest first. The same array until something changes. */
  readonly all: readonly Conversation[];
  /** Adds a conversation, or replaces the one with the same ID. */
  put(conversation: Conversation): void;
  remove(id: string): void;
  /** Calls the listener after a change in this tab or in another one. @returns ends that */
  onChange(listener: () => void): () => void;
}

const KEY = 'assistants-chat:conversations';
const MAX_CONVERSATIONS = 500;
const MAX_TITLE = 80;

export function createConversations(): Conversations {
  let all = read();
  const { tell, onChange } = createListeners();
  addEventListener('storage', ({ key }) => {
    if (key !== KEY && key !== null) return;
    all = read();
    tell();
  });
  /** @param change applied to what is stored now, which another tab may have changed */
  const write = (change: (stored: readonly Conversation[]) => readonly Conversation[]) => {
    all = change(read())
      .toSorted((one, other) => other.at - one.at)
      .slice(0, MAX_CONVERSATIONS);
    try {
      localStorage.setItem(KEY, JSON.stringify(all));
    } catch {
      // The storage is full or turned off: the list lives as long as the page.
    }
    tell();
  };
  return {
    get all() {
      return all;
    },
    put: (conversation) =>
      write((stored) => [conversation, ...stored.filter(({ id }) => id !== conversation.id)]),
    remove: (removed) => write((stored) => stored.filter(({ id }) => id !== removed)),
    onChange,
  };
}

function read(): readonly Conversation[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isConversation) : [];
  } catch {
    return [];
  }
}

function isConversation(value: unknown): value is Conversation {
  const { id, title, assistantId, at }: Partial<Record<keyof Conversation, unknown>> = Object(value);
  return (
    typeof id === 'string' &&
    typeof title === 'string' &&
    typeof assistantId === 'string' &&
    typeof at === 'number'
  );
}

/** A title in one line, from the first message of a conversation or from what a user typed. */
export function titleOf(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const characters = [...line.slice(0, 2 * MAX_TITLE)];
  if (characters.length <= MAX_TITLE) return line || 'Conversation';
  return `${characters.slice(0, MAX_TITLE - 1).join('')}…`;
}
