import { createContext, use, useSyncExternalStore } from 'react';
import type { Conversation, Conversations } from './conversations.ts';

export const ConversationsContext = createContext<Conversations | undefined>(undefined);

/** The conversations of this browser, and what changes them. */
export function useConversations(): { readonly all: readonly Conversation[]; readonly store: Conversations } {
  const store = use(ConversationsContext);
  if (store === undefined) throw new Error('There is no ConversationsContext above this component');
  return { all: useSyncExternalStore(store.onChange, () => store.all), store };
}
