import { useState } from 'react';
import { titleOf } from '../data/conversations.ts';
import { useAssistants } from '../data/use-assistants.ts';
import { useConversations } from '../data/use-conversations.ts';
import { AssistantBar, nameOf } from './assistant-bar.tsx';
import { AssistantDialog } from './assistant-dialog.tsx';
import { ConnectionStatus } from './connection-status.tsx';
import { ConversationPage } from './conversation-page.tsx';
import { exampleAssistant, suggestionsFor } from './example.ts';
import { Icon } from './icon.tsx';
import { NewConversation } from './new-conversation.tsx';
import { Notice } from './notice.tsx';
import { Sidebar } from './sidebar.tsx';
import { useHash } from './use-hash.ts';

/** The whole page. @param onSignOut undefined if the server requires no credential */
export function Chat({ onSignOut }: { readonly onSignOut: (() => void) | undefined }) {
  const [threadId, setThreadId] = useHash();
  const { all: conversations, store } = useConversations();
  const conversation = conversations.find(({ id }) => id === threadId);
  const [chosen, setChosen] = useState<string>();
  const wanted = conversation?.assistantId ?? chosen ?? conversations[0]?.assistantId;
  const { all, selected: found, isLoading, problem, retry } = useAssistants(wanted);
  const selected = found ?? (conversation ? undefined : all[0]);
  const [editing, setEditing] = useState<'new' | 'selected'>();
  const [isMenuOpen, setMenuOpen] = useState(false);

  const choose = (assistantId: string) => {
    setChosen(assistantId);
    if (conversation) store.put({ ...conversation, assistantId });
  };
  const show = (id: string | undefined) => {
    setThreadId(id);
    setMenuOpen(false);
  };
  const remember = (id: string, firstMessage: string) => {
    const title = conversation?.title ?? titleOf(firstMessage);
    store.put({ id, title, assistantId: selected?.id ?? '', at: Date.now() });
  };
  const isFirst = !isLoading && all.length === 0 && !problem;
  return (
    <div className={isMenuOpen ? 'page menu-open' : 'page'}>
      <button type="button" className="skip" onClick={focusComposer}>
        Skip to the message field
      </button>
      <header className="top">
        <button
          type="button"
          className="icon menu"
          aria-label="Conversations"
          aria-expanded={isMenuOpen}
          onClick={() => setMenuOpen(!isMenuOpen)}
        >
          <Icon name="menu" />
        </button>
        <h1>{conversation ? <bdi>{conversation.title}</bdi> : 'New conversation'}</h1>
        <AssistantBar
          all={all}
          selected={selected}
          onSelect={choose}
          onEdit={() => setEditing('selected')}
          onCreate={() => setEditing('new')}
        />
        {onSignOut && (
          <button type="button" onClick={onSignOut}>
            Sign out
          </button>
        )}
      </header>
      <Sidebar selected={threadId} onSelect={show} />
      <main>
        <ConnectionStatus />
        {problem && (
          <Notice problem={problem}>
            <button type="button" onClick={retry}>
              Try again
            </button>
          </Notice>
        )}
        {threadId === undefined ? (
          <NewConversation
            assistantId={selected?.id}
            assistantName={nameOf(selected)}
            suggestions={suggestionsFor(selected)}
            isLoading={isLoading}
            isFirst={isFirst}
            onCreate={() => setEditing('new')}
            onStarted={(id, text) => {
              remember(id, text);
              show(id);
            }}
          />
        ) : (
          <ConversationPage
            key={threadId}
            threadId={threadId}
            assistantId={selected?.id}
            assistantName={nameOf(selected)}
            onSent={(text) => remember(threadId, text)}
          />
        )}
      </main>
      {editing && (
        <AssistantDialog
          assistant={editing === 'selected' ? selected : undefined}
          example={exampleAssistant}
          models={[...new Set(all.map(({ model }) => model))]}
          onSaved={({ id }) => choose(id)}
          onDeleted={() => setChosen(undefined)}
          onClose={() => setEditing(undefined)}
        />
      )}
    </div>
  );
}

function focusComposer(): void {
  document.querySelector<HTMLElement>('.composer textarea')?.focus();
}
