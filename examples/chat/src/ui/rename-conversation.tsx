import type { FormEvent } from 'react';
import { Dialog } from './dialog.tsx';

interface RenameConversationProps {
  readonly title: string;
  readonly onRename: (title: string) => void;
  readonly onClose: () => void;
}

export function RenameConversation({ title, onRename, onClose }: RenameConversationProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onRename(String(new FormData(event.currentTarget).get('title') ?? ''));
    onClose();
  };
  return (
    <Dialog title="Rename the conversation" onClose={onClose}>
      <form onSubmit={submit}>
        <label>
          Title
          <input name="title" defaultValue={title} maxLength={80} required dir="auto" />
        </label>
        <div className="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary">
            Rename
          </button>
        </div>
      </form>
    </Dialog>
  );
}
