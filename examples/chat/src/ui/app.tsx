import { useEffect, useMemo, useState } from 'react';
import { Provider } from 'urql';
import { createChatClient } from '../data/client.ts';
import { ChatClientContext } from '../data/context.ts';
import { readCredential, storeCredential } from '../data/credential.ts';
import { Chat } from './chat.tsx';
import { SignIn } from './sign-in.tsx';

const url = new URL('/graphql', location.origin).href;

export function App() {
  const [credential, setCredential] = useState(readCredential);
  const [isRejected, setRejected] = useState(false);
  const client = useMemo(
    () => createChatClient({ url, credential, onUnauthenticated: () => setRejected(true) }),
    [credential],
  );
  useEffect(() => client.close, [client]);
  const enter = (entered: string | undefined) => {
    storeCredential(entered);
    setCredential(entered);
    setRejected(false);
  };
  if (isRejected) return <SignIn wasRejected={credential !== undefined} onSignIn={enter} />;
  return (
    <ChatClientContext value={client}>
      <Provider value={client.graph}>
        <Chat onSignOut={credential === undefined ? undefined : () => enter(undefined)} />
      </Provider>
    </ChatClientContext>
  );
}
