import { memo } from 'react';
import type { ShownMessage } from '../data/timeline.ts';
import { Content } from './content.tsx';
import { FileChip } from './file-chip.tsx';
import { withoutPiles } from './visible.ts';

interface MessageProps {
  readonly message: ShownMessage;
  readonly assistantName: string;
}

/** Rendered again only if it changed: of a long conversation, that is the message that is being written. */
export const Message = memo(MessageArticle, (before, after) => {
  const { message: one } = before;
  const { message: other } = after;
  const isSame =
    one.content === other.content && one.status === other.status && one.createdAt === other.createdAt;
  return isSame && before.assistantName === after.assistantName;
});

function MessageArticle({ message, assistantName }: MessageProps) {
  const isUser = message.role === 'USER';
  return (
    <article className={isUser ? 'message user' : 'message'} aria-label={isUser ? 'You' : assistantName}>
      <header>
        <strong>{isUser ? 'You' : <bdi>{assistantName}</bdi>}</strong>
        {message.createdAt !== null && <Time at={message.createdAt} />}
      </header>
      <div className={message.status === 'IN_PROGRESS' ? 'content growing' : 'content'} dir="auto">
        <Content parts={message.content} />
      </div>
      {message.status === 'INCOMPLETE' && <p className="hint">This answer is not complete.</p>}
      {message.fileIds.map((fileId) => (
        <FileChip key={fileId} fileId={fileId} />
      ))}
    </article>
  );
}

/** A message of the user that is being sent. */
export function OutgoingMessage({ text }: { readonly text: string }) {
  return (
    <article className="message user sending" aria-label="You, sending">
      <div className="content plain" dir="auto">
        {withoutPiles(text)}
      </div>
    </article>
  );
}

function Time({ at }: { readonly at: string }) {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  const text = date.toLocaleString(
    [],
    isToday ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' },
  );
  return <time dateTime={at}>{text}</time>;
}
