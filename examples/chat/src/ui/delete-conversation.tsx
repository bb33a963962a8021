import { useState } from 'react';
import type { Conversation } from '../data/conversations.ts';
import type { Problem } from '../data/problem.ts';
import { useDeleteThread } from '../data/use-delete-thread.ts';
import { Dialog } from './dialog.tsx';
import { Notice } from './notice.tsx';

interface DeleteConversationProps {
  readonly conversation: Conversation;
  readonly onDeleted: () => void;
  readonly onClose: () => void;
}

export function DeleteConversation({ conversation, onDeleted, onClose }: DeleteConversationProps) {
  const deleteThread = useDeleteThread();
  const [problem, setProblem] = useState<Problem>();
  const forget = () => {
    onDeleted();
    onClose();
  };
  const confirm = async () => {
    const failed = await deleteThread(conversation.id);
    setProblem(failed);
    if (!failed) forget();
  };
  return (
    <Dialog title="Delete the conversation?" onClose={onClose}>
      <p>
        <bdi>{conversation.title}</bdi> will be deleted on the server too, with all its messages.
      </p>
      {problem && (
        <Notice problem={problem}>
          <button type="button" onClick={forget}>
            Remove it from this list only
          </button>
        </Notice>
      )}
      <div className="actions">
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" className="danger" onClick={confirm}>
          Delete
        </button>
      </div>
    </Dialog>
  );
}
