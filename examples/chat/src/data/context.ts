import { createContext, use } from 'react';
import type { ChatClient } from './client.ts';

export const ChatClientContext = createContext<ChatClient | undefined>(undefined);

export function useChatClient(): ChatClient {
  const client = use(ChatClientContext);
  if (client === undefined) throw new Error('There is no ChatClientContext above this component');
  return client;
}
