import { useState } from 'react';
import { type Conversation, titleOf } from '../data/conversations.ts';
import { useConversations } from '../data/use-conversations.ts';
import { DeleteConversation } from './delete-conversation.tsx';
import { Icon } from './icon.tsx';
import { RenameConversation } from './rename-conversation.tsx';

interface SidebarProps {
  /** ID of the thread on display. */
  readonly selected: string | undefined;
  readonly onSelect: (threadId: string | undefined) => void;
}

const ACTIONS = { rename: 'Rename', remove: 'Delete' } as const;

interface Action {
  readonly kind: keyof typeof ACTIONS;
  readonly conversation: Conversation;
}

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
        {all.map((conversation) => (
          <Item
            key={conversation.id}
            title={conversation.title}
            isSelected={conversation.id === selected}
            onSelect={() => onSelect(conversation.id)}
            onAction={(kind) => setAction({ kind, conversation })}
          />
        ))}
      </ul>
      {action?.kind === 'rename' && (
        <RenameConversation
          title={action.conversation.title}
          onRename={(title) => store.put({ ...action.conversation, title: titleOf(title) })}
          onClose={close}
        />
      )}
      {action?.kind === 'remove' && (
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

interface ItemProps {
  readonly title: string;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
  readonly onAction: (kind: Action['kind']) => void;
}

function Item({ title, isSelected, onSelect, onAction }: ItemProps) {
  return (
    <li className={isSelected ? 'selected' : ''}>
      <button
        type="button"
        className="title"
        aria-current={isSelected ? 'page' : undefined}
        onClick={onSelect}
      >
        <bdi>{title}</bdi>
      </button>
      {(['rename', 'remove'] as const).map((kind) => (
        <button
          key={kind}
          type="button"
          className="icon"
          aria-label={`${ACTIONS[kind]} ${title}`}
          title={ACTIONS[kind]}
          onClick={() => onAction(kind)}
        >
          <Icon name={kind} />
        </button>
      ))}
    </li>
  );
}
