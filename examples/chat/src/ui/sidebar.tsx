import { useState } from 'react';
import type { Conversation } from '../data/conversations.ts';
import { titleOf } from '../data/conversations.ts';
import { useConversations } from '../data/use-conversations.ts';
import { DeleteConversation } from './delete-conversation.tsx';
import { Icon } from './icon.tsx';
import { RenameConversation } from './rename-conversation.tsx';

interface SidebarProps {
  /** ID of the thread on display. */
  readonly selected: string | undefined;
  readonly onSelect: (threadId: string | undefined) => void;
}

type Action = { readonly kind: 'rename' | 'delete'; readonly conversation: Conversation };

export function Sidebar({ selected, onSelect }: SidebarProps) {
  const { all, store } = useConversations();
  const [action, setAction] = useState<Action>();
  const close = () => setAction(undefined);
  return (
    <nav className="sidebar" aria-label="Conversations">
      <button type="button" className="primary" onClick={() => onSelect(undefined)}>
        New conversation
      </button>
      {all.length === 0 && (
        <p className="hint">Your conversations will be listed here. They are kept in this browser.</p>
      )}
      <ul>
        {all.map((conversation) => {
          const { id, title } = conversation;
          return (
            <li key={id} className={id === selected ? 'selected' : ''}>
              <button
                type="button"
                className="title"
                aria-current={id === selected ? 'page' : undefined}
                onClick={() => onSelect(id)}
              >
                <bdi>{title}</bdi>
              </button>
              <button
                type="button"
                className="icon"
                aria-label={`Rename ${title}`}
                title="Rename"
                onClick={() => setAction({ kind: 'rename', conversation })}
              >
                <Icon name="rename" />
              </button>
              <button
                type="button"
                className="icon"
                aria-label={`Delete ${title}`}
                title="Delete"
                onClick={() => setAction({ kind: 'delete', conversation })}
              >
                <Icon name="remove" />
              </button>
            </li>
          );
        })}
      </ul>
      {action?.kind === 'rename' && (
        <RenameConversation
          title={action.conversation.title}
          onRename={(title) => store.put({ ...action.conversation, title: titleOf(title) })}
          onClose={close}
        />
      )}
      {action?.kind === 'delete' && (
        <DeleteConversation
          conversation={action.conversation}
          onDeleted={() => {
            store.remove(action.conversation.id);
            if (action.conversation.id === selected) onSelect(undefined);
          }}
          onClose={close}
        />
      )}
    </nav>
  );
}
