import { useSyncExternalStore } from 'react';
import { useChatClient } from '../data/context.ts';

/** Says when the page is offline, or waits for the server. */
export function ConnectionStatus() {
  const { socket } = useChatClient();
  const state = useSyncExternalStore(socket.onChange, () => socket.state);
  const isOnline = useSyncExternalStore(onNetworkChange, () => navigator.onLine);
  const sentence = !isOnline
    ? 'You are offline. What is missing will be read when you are back.'
    : state === 'reconnecting'
      ? 'The connection was lost. Connecting again…'
      : '';
  return (
    <p role="status" className={sentence === '' ? 'for-screen-readers' : 'connection'}>
      {sentence}
    </p>
  );
}

function onNetworkChange(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}
